using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Text that travels through a page and back under data protection, for one purpose and a short time. (The framework's own protector with
/// a lifetime goes by the machine's clock, which no test can move.)
/// </summary>
internal sealed class PassingText(IDataProtectionProvider protection, TimeProvider time)
{
    public string Seal(string text, params string[] purposes) => Protector(purposes).Protect(
        $"{time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture)} {text}");

    /// <summary>The text in what <see cref="Seal"/> made; null: it is not ours, for another purpose, or older than that.</summary>
    public string? Open(string? sealedText, TimeSpan lifetime, params string[] purposes)
    {
        try
        {
            var parts = Protector(purposes).Unprotect(sealedText ?? "").Split(' ', 2);
            var made = new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
            return time.GetUtcNow() - made < lifetime ? parts[1] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(string[] purposes) => protection.CreateProtector(purposes);
}

using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Encrypts text that a page carries to the browser and back, for one purpose and a short time. (The framework's time-limited data
/// protector uses the system clock, which tests cannot control.)
/// </summary>
internal sealed class PassingText(IDataProtectionProvider protection, TimeProvider time)
{
    public string Seal(string text, params string[] purposes) => Protector(purposes).Protect(
        $"{time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture)} {text}");

    /// <summary>Decrypts the result of <see cref="Seal"/>. Null if it is forged, for another purpose, or too old.</summary>
    public string? Open(string? sealedText, TimeSpan lifetime, params string[] purposes) =>
        Read(sealedText, purposes) is var (age, text) && age < lifetime ? text : null;

    /// <summary>How long ago <see cref="Seal"/> made the text. Null if it is forged or for another purpose.</summary>
    public TimeSpan? Age(string? sealedText, params string[] purposes) => Read(sealedText, purposes)?.Age;

    private (TimeSpan Age, string Text)? Read(string? sealedText, string[] purposes)
    {
        try
        {
            var parts = Protector(purposes).Unprotect(sealedText ?? "").Split(' ', 2);
            var made = new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
            return (time.GetUtcNow() - made, parts[1]);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(string[] purposes) => protection.CreateProtector(purposes);
}

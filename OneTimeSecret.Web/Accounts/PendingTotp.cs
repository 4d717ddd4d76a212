using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OneTimeSecret.Core.Accounts;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The key of an authenticator app that is being added. Nobody stores it before a code has shown that the app has it: it travels in
/// the page's form, under data protection, for one account and a quarter of an hour.
/// </summary>
internal sealed class PendingTotp(IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>A new key, for the form's hidden field.</summary>
    public string New(Guid accountId) => Protector(accountId).Protect(
        $"{time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture)} {Convert.ToBase64String(Totp.NewKey())}");

    /// <summary>The key in a form; null: it is not this account's, or too old.</summary>
    public byte[]? Read(Guid accountId, string text)
    {
        try
        {
            var parts = Protector(accountId).Unprotect(text).Split(' ', 2);
            var made = new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero);
            return time.GetUtcNow() - made < Lifetime ? Convert.FromBase64String(parts[1]) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector Protector(Guid accountId) => protection.CreateProtector("pending-totp", accountId.ToString());
}

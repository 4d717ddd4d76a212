using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The key of an authenticator app during its registration. The server stores the key only after a code has proved that the app has it.
/// Until then the page's form contains it, encrypted, for one account and 15 minutes.
/// </summary>
internal sealed class PendingTotp(PassingText texts)
{
    private const string Purpose = "pending-totp";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>A new key, for the form's hidden field.</summary>
    public string New(Guid accountId)
    {
        using var key = Totp.NewKey();
        return texts.Seal(Convert.ToBase64String(key.Span), Purpose, accountId.ToString());
    }

    /// <summary>The key in a form. Null if it is forged, of another account, or too old.</summary>
    public SecretBytes? Read(Guid accountId, string? text) =>
        texts.Open(text, Lifetime, Purpose, accountId.ToString()) is { } key ? new SecretBytes(Convert.FromBase64String(key)) : null;
}

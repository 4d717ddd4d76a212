using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The key of an authenticator app that is being added. Nobody stores it before a code has shown that the app has it: it travels in
/// the page's form, for one account and a quarter of an hour.
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

    /// <summary>The key in a form; null: it is not this account's, or too old.</summary>
    public SecretBytes? Read(Guid accountId, string? text) =>
        texts.Open(text, Lifetime, Purpose, accountId.ToString()) is { } key ? new SecretBytes(Convert.FromBase64String(key)) : null;
}

using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>The rule for which accounts need a second factor.</summary>
internal static class SecondFactor
{
    /// <summary>
    /// True if the settings require a factor for all accounts, or an administrator requires one for this account. Administrators need one
    /// if the server sends mail or they have a passkey. So the first administrator of a server without mail needs none.
    /// </summary>
    public static bool Needed(AccountOptions options, MailOptions mail, bool isAdmin, bool hasPasskey, bool isDemanded) =>
        options.RequireSecondFactor || isDemanded || (isAdmin && (mail.Sends() || hasPasskey));
}

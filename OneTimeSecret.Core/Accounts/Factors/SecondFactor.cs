using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Who needs a second factor, as one rule.</summary>
internal static class SecondFactor
{
    /// <summary>
    /// Everybody, where the operator says so; whom an administrator demands it of; and administrators, as soon as there is a way out of
    /// a lost factor (mail) or they have a passkey already. The first administrator of a server without mail is not locked out by this.
    /// </summary>
    public static bool Needed(AccountOptions options, MailOptions mail, bool isAdmin, bool hasPasskey, bool isDemanded) =>
        options.RequireSecondFactor || isDemanded || (isAdmin && (mail.Sends() || hasPasskey));
}

using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Accounts;

/// <summary>How many links of accounts an address may be sent, whoever asks: nobody's mailbox is filled through this server.</summary>
internal static class MailedLinks
{
    public static TryLimit To(EmailAddress address, LimitOptions limits) =>
        new("link", address.Text, limits.LinksPerDay, TimeSpan.FromDays(1));
}

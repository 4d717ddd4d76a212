using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// How many links of accounts an address may be sent, whoever asks: nobody's mailbox is filled through this server. In an hour, which is
/// as long as a link works: whoever asks for too many in another's name has sent him those that he needs.
/// </summary>
internal static class MailedLinks
{
    public static TryLimit To(EmailAddress address, LimitOptions limits) =>
        new("link", AccountLookup.Normalize(address.Text)!, limits.LinksPerHour, TimeSpan.FromHours(1));
}

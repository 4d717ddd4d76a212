using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Opens the queued mails about accounts.</summary>
internal static class WaitingLetters
{
    /// <summary>All queued mails of a type, after all delayed work has finished.</summary>
    public static async Task<List<T>> Letters<T>(this RunningServer server)
        where T : MailContent
    {
        server.Clock.Advance(UnseenWork.LongestDelay);
        await Verbs.Until(() => server.Get<UnseenWork>().IsIdle);
        var ring = server.Get<KeyRing>();
        return [.. (await server.Waiting()).Select(row => row.Open(ring)).OfType<T>()];
    }

    public static async Task<T> Letter<T>(this RunningServer server)
        where T : MailContent => Assert.Single(await server.Letters<T>());

    /// <summary>The events in the notices that were mailed to an address.</summary>
    public static async Task<AccountEvent[]> Notices(this RunningServer server, string email = People.Email) =>
        [.. (await server.Letters<AccountNoticeMail>())
            .Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal)).Select(mail => mail.Event)];

    /// <summary>The link in the mail, without the origin.</summary>
    public static string Link(this PasswordLinkMail mail) => AccountLinks.Password(mail.To, mail.Token);

    public static string Link(this AddressLinkMail mail) => AccountLinks.Address(mail.AccountId, mail.To, mail.Token);
}

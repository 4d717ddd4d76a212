using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>The mails about accounts that wait to be delivered, opened.</summary>
internal static class WaitingLetters
{
    /// <summary>All of a kind, once no work is under way that no answer waited for.</summary>
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

    /// <summary>What the owner of an account was told of by mail.</summary>
    public static async Task<AccountEvent[]> Notices(this RunningServer server, string email = People.Email) =>
        [.. (await server.Letters<AccountNoticeMail>())
            .Where(mail => string.Equals(mail.To, email, StringComparison.Ordinal)).Select(mail => mail.Event)];

    /// <summary>The address in the button of a mail, below the origin.</summary>
    public static string Link(this PasswordLinkMail mail) => AccountLinks.Password(mail.To, mail.Token);

    public static string Link(this AddressLinkMail mail) => AccountLinks.Address(mail.AccountId, mail.To, mail.Token);
}

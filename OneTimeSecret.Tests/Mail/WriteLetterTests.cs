using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Mail;

/// <summary>The text and the links of each kind of mail.</summary>
public sealed class WriteLetterTests(BrandedServer shared) : IClassFixture<BrandedServer>
{
    private const string Key = "abcdefghijklmnopqrstuvwxyz01234";

    private static readonly DateTimeOffset Now = BrandedServer.Now;

    [Fact]
    public void Mail_with_a_link_says_who_sent_it_that_it_works_once_and_until_when()
    {
        var text = Text(Link());
        Assert.Contains("sender@example.com sent you a secret", text, Ordinal);
        Assert.Contains($"\nhttps://secrets.example.com/secret/{Key}\n", text, Ordinal);
        Assert.Contains("works once", text, Ordinal);
        Assert.Contains("until Wednesday, 11 March 2099, 15:06 UTC, 7 days from when this mail was written", text, Ordinal);
        Assert.DoesNotContain("asked for a passphrase", text, Ordinal);
        Assert.Contains("asked for a passphrase", Text(Link(hasPassphrase: true)), Ordinal);
    }

    [Fact]
    public void Mails_to_owners_link_to_the_list_of_their_own_receipts()
    {
        var viewed = Text(new SecretViewedMail("owner@example.com", "abcd1234", Now));
        Assert.Contains("receipt abcd1234 was opened on Wednesday, 4 March 2099, 15:06 UTC", viewed, Ordinal);
        Assert.Contains("\nhttps://secrets.example.com/recent\n", viewed, Ordinal);
        var warning = Text(new ExpiryWarningMail("owner@example.com", "abcd1234", Now.AddHours(24)));
        Assert.Contains("up on Thursday, 5 March 2099, 15:06 UTC, 1 day from", warning, Ordinal);
        Assert.Contains("\nhttps://secrets.example.com/recent\n", warning, Ordinal);
    }

    [Fact]
    public void Password_mail_contains_the_same_link_that_the_command_line_prints()
    {
        var text = Text(new PasswordLinkMail("owner@example.com", "a+token/with=signs", Now.AddHours(1)));
        var link = AccountLinks.Password("owner@example.com", "a+token/with=signs");
        Assert.Contains($"\nhttps://secrets.example.com{link}\n", text, Ordinal);
        Assert.Contains("until Wednesday, 4 March 2099, 16:06 UTC, 1 hour from", text, Ordinal);
    }

    [Fact]
    public void Every_reason_and_every_event_has_words_of_its_own()
    {
        MailContent[] letters =
        [
            .. Enum.GetValues<PasswordLinkReason>()
                .Select(reason => new PasswordLinkMail("owner@example.com", "token", Now.AddHours(1), reason)),
            .. Enum.GetValues<AccountEvent>().Select(Notice),
            new AddressLinkMail("owner@example.com", Guid.Empty, "token", Now.AddHours(1)),
        ];
        var written = letters.Select(letter => Letter(letter)).ToList();
        Assert.Equal(letters.Length, written.Select(letter => string.Join('\n', letter.Parts)).Distinct(StringComparer.Ordinal).Count());
        // A missing text shows its resource name.
        Assert.All(written, letter => Assert.DoesNotContain("Mail.", $"{letter.Subject} {string.Join(' ', letter.Parts)}", Ordinal));
    }

    [Fact]
    public void Account_notice_links_to_the_security_settings_unless_the_account_was_deleted()
    {
        foreach (var what in Enum.GetValues<AccountEvent>())
        {
            var button = Letter(Notice(what)).Parts.OfType<MailPart.Button>().SingleOrDefault();
            Assert.Equal(what is AccountEvent.AccountDeleted ? null : "https://secrets.example.com/account/security", button?.Address);
        }
    }

    [Fact]
    public void Notice_of_an_act_of_the_operator_names_no_browser_and_does_not_ask_whether_it_was_the_owner()
    {
        var text = Text(new AccountNoticeMail("owner@example.com", AccountEvent.FactorsReset, Now, null, null));
        Assert.Contains("The people who run this server did that Wednesday, 4 March 2099, 15:06 UTC.", text, Ordinal);
        Assert.DoesNotContain("from the address", text, Ordinal);
        Assert.DoesNotContain("If it was you", text, Ordinal);
    }

    [Fact]
    public void Only_mails_with_a_link_from_another_person_have_an_opt_out_address()
    {
        Assert.StartsWith("https://secrets.example.com/mail/opt-out/", Writer().OptOutAddress(Link()), Ordinal);
        foreach (var mail in (MailContent[])[Notice(AccountEvent.NewSignIn), new TestMail("owner@example.com"),
            new SecretViewedMail("owner@example.com", "abcd1234", Now)])
            Assert.Null(Writer().OptOutAddress(mail));
    }

    private static SecretLinkMail Link(bool hasPassphrase = false) =>
        new("recipient@example.org", "sender@example.com", Key, Now.AddDays(7).AddSeconds(-3), hasPassphrase);

    private static AccountNoticeMail Notice(AccountEvent what) => new("owner@example.com", what, Now, "Firefox", "192.0.2.1");

    /// <summary>The plain text of the mail.</summary>
    private string Text(MailContent content) =>
        shared.Server.Get<ComposeMail>().Run(Guid.NewGuid(), content).TextBody!.ReplaceLineEndings("\n");

    private MailText Letter(MailContent content) => Writer().Run(content);

    private WriteLetter Writer() => new(
        shared.Server.Get<IStringLocalizer>(), shared.Server.Get<IOptions<SiteOptions>>(), shared.Server.Get<IOptions<BrandOptions>>(),
        shared.Server.Get<KeyRing>(), shared.Server.Get<TimeProvider>());
}

using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MimeKit;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Mail;

/// <summary>The content and the headers of mails, and what a sender cannot inject into them.</summary>
public sealed partial class ComposeMailTests(BrandedServer shared) : IClassFixture<BrandedServer>
{
    private const string Key = "abcdefghijklmnopqrstuvwxyz01234";
    private static readonly DateTimeOffset Now = BrandedServer.Now;
    private static readonly Guid Id = Guid.Parse("0123456789abcdef0123456789abcdef");

    private static readonly MailContent[] Kinds =
    [
        Link(), Link(hasPassphrase: true),
        new SecretViewedMail("owner@example.com", "abcd1234", Now),
        new ExpiryWarningMail("owner@example.com", "abcd1234", Now.AddHours(24)),
        new PasswordLinkMail("owner@example.com", "a+token/with=signs", Now.AddHours(1)),
        new TestMail("owner@example.com"),
    ];

    public static TheoryData<int> AllKinds => [.. Enumerable.Range(0, Kinds.Length)];

    [Theory, MemberData(nameof(AllKinds))]
    public void Text_and_HTML_say_the_same(int kind)
    {
        var message = Compose(Kinds[kind]);
        Assert.Equal(["text/plain", "text/html"], [.. message.BodyParts.Select(part => part.ContentType.MimeType)]);
        var html = new HtmlParser().ParseDocument(message.HtmlBody!);
        var shown = html.QuerySelectorAll("body p, body td").Select(part => part.TextContent.Trim());
        var addresses = html.QuerySelectorAll("a").Select(link => link.GetAttribute("href")!);
        var said = Lines(message.TextBody!).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(said.ToHashSet(StringComparer.Ordinal), shown.Concat(addresses).ToHashSet(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(AllKinds))]
    public void HTML_mail_loads_no_resources_and_has_no_active_content(int kind)
    {
        var html = new HtmlParser().ParseDocument(Compose(Kinds[kind]).HtmlBody!);
        Assert.Empty(html.QuerySelectorAll("img, script, link, style, iframe, object, form, [src], [background], [srcset]"));
        Assert.DoesNotContain("url(", html.DocumentElement.OuterHtml, OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(AllKinds))]
    public void Headers_mark_every_mail_as_automatic_and_only_mails_with_links_offer_an_opt_out(int kind)
    {
        var message = Compose(Kinds[kind]);
        Assert.Equal($"{Id:N}@secrets.example.com", message.MessageId);
        Assert.Equal(Now, message.Date);
        Assert.Equal(("A “Brand” <b>", "noreply@secrets.example.com"), Mailbox(message.From));
        Assert.Equal(Kinds[kind].To, Mailbox(message.To).Address);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
        var isLink = Kinds[kind] is SecretLinkMail;
        Assert.Equal(isLink ? "sender@example.com" : null, message.ReplyTo.Mailboxes.SingleOrDefault()?.Address);
        Assert.Equal(isLink ? "List-Unsubscribe=One-Click" : null, message.Headers["List-Unsubscribe-Post"]);
        Assert.Equal(isLink, message.Headers["List-Unsubscribe"] is { } list && OptOutLink().IsMatch(list));
    }

    [Fact]
    public async Task Headers_are_serialized_unchanged_as_short_ASCII_lines()
    {
        using var bytes = new MemoryStream();
        await Compose(Link()).WriteToAsync(bytes);
        var lines = System.Text.Encoding.UTF8.GetString(bytes.ToArray()).Split("\n\n")[0].ReplaceLineEndings("\n").Split('\n');
        Assert.Contains("Message-Id: <0123456789abcdef0123456789abcdef@secrets.example.com>", lines, StringComparer.Ordinal);
        Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click", lines, StringComparer.Ordinal);
        var at = Array.FindIndex(lines, line => line.StartsWith("List-Unsubscribe:", Ordinal));
        var list = lines[at] + (lines[at + 1].StartsWith(' ') ? lines[at + 1] : "");
        Assert.Matches(OptOutLink(), list["List-Unsubscribe:".Length..].Trim());
        Assert.All(lines, line => Assert.True(line.Length <= 998 && System.Text.Ascii.IsValid(line), line));
    }

    [Theory, MemberData(nameof(AllKinds))]
    public void Subject_contains_no_text_of_a_user_and_no_key(int kind)
    {
        var subject = Compose(Kinds[kind]).Subject!;
        Assert.DoesNotMatch("@|http|example|abcd", subject);
        Assert.DoesNotContain("Mail.", Compose(Kinds[kind]).ToString(), Ordinal); // a missing text shows its resource name
    }

    [Fact]
    public void Dates_are_in_the_language_of_the_text_and_not_in_that_of_the_machine()
    {
        var (culture, mail) = (System.Globalization.CultureInfo.CurrentCulture, Link());
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("ar-SA");
            Assert.Contains("Wednesday, 11 March 2099, 15:06 UTC, 7 days", Compose(mail).TextBody, Ordinal);
            Assert.Equal("ar-SA", System.Globalization.CultureInfo.CurrentCulture.Name);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Property(Arbitrary = [typeof(ComposeMailTests)], MaxTest = 6000)]
    public void Senders_address_cannot_inject_headers_or_markup(Local local)
    {
        var address = local.Text + "@example.com";
        if (EmailAddress.Parse(address) is not { } sender)
        {
            // No account can have such an address. If one had, there would be no mail, or a mail with the usual headers only.
            if (Record.Exception(() => SentAndRead(Link(address))) is { } refusal)
                Assert.True(Assert.IsType<MailException>(refusal).IsFinal);
            else
                Assert.Equal(Fields(SentAndRead(Link())), Fields(SentAndRead(Link(address))));
            return;
        }
        var (usual, message) = (SentAndRead(Link()), SentAndRead(Link(sender.Text)));
        Assert.Equal(Fields(usual), Fields(message));
        Assert.Equal(usual.Subject, message.Subject);
        Assert.Equal(Mailbox(usual.To), Mailbox(message.To));
        Assert.Equal(Mailbox(usual.From), Mailbox(message.From));
        Assert.Single(message.ReplyTo);
        var (html, usually) = (new HtmlParser().ParseDocument(message.HtmlBody!), new HtmlParser().ParseDocument(usual.HtmlBody!));
        Assert.Equal([.. usually.All.Select(Shape)], html.All.Select(Shape).ToList());
        var shown = System.Text.Ascii.IsValid(sender.Text) ? sender.Text : $"\u2068{sender.Text}\u2069"; // isolates right-to-left text
        Assert.Contains(html.QuerySelectorAll("p"), part => part.TextContent.StartsWith($"{shown} sent you", Ordinal));
        Assert.Contains($"\n{shown} sent you", Lines(message.TextBody!), Ordinal);
    }

    public static Arbitrary<Local> Locals() => Gen.Elements(
            "a", "z", "'", "`", "&", "&lt;", "{0}", "{", "}", "%0d%0a", "=?utf-8?q?x?=", "$", "|", "/", "*", "+", "-", "_", "#", "!", "?",
            "\r\nBcc", "\n", "\r", "<b>", "\"", "\\", ",", ";", ":", "(", ")", ".",
            "раураl", "é", "😀", "מרים", "علي", "\u202e", "\u200b")
        .NonEmptyListOf().Select(pieces => new Local(string.Concat(pieces))).ToArbitrary();

    private static List<string> Fields(MimeMessage message) => [.. message.Headers.Select(header => header.Field)];

    private MimeMessage SentAndRead(MailContent content)
    {
        using var bytes = new MemoryStream();
        Compose(content).WriteTo(bytes);
        bytes.Position = 0;
        return MimeMessage.Load(bytes);
    }

    private static string Shape(IElement element) => $"{element.LocalName} {element.Attributes.Length}";

    private static (string? Name, string Address) Mailbox(InternetAddressList list) =>
        list.Mailboxes.Select(mailbox => (mailbox.Name, mailbox.Address)).Single();

    private static string Lines(string text) => text.ReplaceLineEndings("\n");

    private static SecretLinkMail Link(string sender = "sender@example.com", bool hasPassphrase = false) =>
        new("recipient@example.org", sender, Key, Now.AddDays(7).AddSeconds(-3), hasPassphrase);

    private MimeMessage Compose(MailContent content) => shared.Server.Get<ComposeMail>().Run(Id, content);

    [GeneratedRegex("^<https://secrets.example.com/mail/opt-out/[A-Za-z0-9_-]{86}>$", RegexOptions.NonBacktracking)]
    private static partial Regex OptOutLink();

    /// <summary>The part before the @.</summary>
    public sealed record Local(string Text);
}

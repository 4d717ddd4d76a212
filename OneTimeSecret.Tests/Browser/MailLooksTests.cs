using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Mails as a mail program with the abilities of a browser shows them, and the page of their opt-out link.</summary>
public sealed class MailLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    private static readonly string[] Mailing = ["--Mail:Transport=Pickup", "--Site:PublicUrl=https://secrets.example.com"];

    [Fact]
    public async Task Mails_fit_every_screen_and_load_nothing()
    {
        await using var server = await Serve(Mailing);
        var visit = await Visit(server);
        var now = server.Clock.GetUtcNow();
        MailContent[] contents =
        [
            new SecretLinkMail("jane@example.org", $"{new string('l', 64)}@example.com", new string('w', 31), now.AddDays(7), true),
            new SecretViewedMail("owner@example.com", "abcd1234", now),
            new ExpiryWarningMail("owner@example.com", "abcd1234", now.AddDays(1)),
            new PasswordLinkMail("owner@example.com", new string('W', 250), now.AddHours(1)),
            new TestMail("owner@example.com"),
        ];
        foreach (var content in contents)
        {
            await visit.Page.SetContentAsync(server.Get<ComposeMail>().Run(Guid.NewGuid(), content).HtmlBody!);
            await visit.FitsEveryScreen($"letter-{content}");
        }
        Assert.Empty(visit.Requests);
    }

    [Fact]
    public async Task The_opt_out_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve(Mailing);
        var visit = await Visit(server);
        var token = OptOutToken.Of(EmailAddress.Parse("jane@example.org")!, server.Get<KeyRing>());
        await visit.Open($"/mail/opt-out/{token}");
        await visit.Looks("opt-out");
        await visit.Press("Send me no more");
        await visit.Sees("You get no more mails with links");
        await visit.Looks("opted-out");
        await visit.Press("Allow mails again");
        await visit.Sees("Get no more mails with links?");
        await visit.Open("/mail/opt-out/x", 404);
        await visit.Looks("opt-out-gone");
    }
}

using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Mail;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Administrators' pages in every state, on every screen, in light and dark colours.</summary>
public sealed class AdminLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string LongAddress = "somebody.with.a.rather.long.name.indeed@a-subsidiary-of.the-example-company.example.photography";

    private static readonly string Long = string.Concat(Enumerable.Repeat("<b>Wherever</b> it came from & went to; ", 7)) + "☂";

    [Fact]
    public async Task Account_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve();
        var admin = await server.AddAdmin();
        var somebody = (await server.AddAccount(LongAddress)).Id;
        for (var i = 0; i < 30; i++)
            await server.AddAccount($"user{i:00}@example.com");
        await server.Suspend(admin, (await server.AddAccount("abuser@example.com")).Id);
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/accounts", AdminAccounts.Email);
        await visit.Looks("admin-accounts");
        await visit.Follow("Next page");
        await Expect(visit.Link("Previous page")).ToBeVisibleAsync();
        await visit.Looks("admin-accounts-next");
        await visit.Field("Address begins with").FillAsync("nobody");
        await visit.Press("Show");
        await Expect(visit.Page.GetByText("No address begins so.")).ToBeVisibleAsync();
        await visit.Looks("admin-accounts-none");

        await visit.Open($"/admin/accounts/{somebody}");
        await visit.Looks("admin-account");
        await visit.Field("Reason").FillAsync(" ");
        await visit.Press("Suspend the account");
        await Expect(visit.Field("Reason")).ToBeFocusedAsync();
        await visit.Looks("admin-account-no-reason");
        await visit.Field("Reason").FillAsync(Long);
        await visit.Press("Suspend the account");
        await Expect(visit.Page.GetByText("The account is suspended, and")).ToBeFocusedAsync();
        await visit.Looks("admin-account-suspended");
        await visit.Field("Mails with links in a day").FillAsync("many");
        await visit.Press("Save");
        await Expect(visit.Field("Mails with links in a day")).ToBeFocusedAsync();
        await visit.Looks("admin-account-bad-limit");

        await server.AddApp(somebody);
        await visit.Open($"/admin/accounts/{somebody}");
        await visit.Looks("admin-account-factor");
        await visit.Press("Remove all second factors");
        await Expect(visit.Page.GetByText("The second factors are removed, and")).ToBeFocusedAsync();
        await visit.Looks("admin-account-factor-removed");

        await visit.Open($"/admin/accounts/{admin.Account!.Id}");
        await visit.Press("Take the role away");
        await Expect(visit.Alert()).ToBeFocusedAsync();
        await visit.Looks("admin-account-last");
        await visit.Open($"/admin/accounts/{Guid.NewGuid()}", 404);
        await visit.Looks("admin-account-gone");
    }

    [Fact]
    public async Task The_page_of_blocked_networks_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        var admin = await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/clients", AdminAccounts.Email);
        await visit.Looks("admin-clients-none");
        foreach (var (network, end) in new (string, DateTimeOffset?)[]
        {
            ("203.0.113.7", null), ("2001:db8:1234:5678:9abc:def0:1234:5600/120", server.Clock.GetUtcNow().AddDays(30)),
        })
            await server.Get<BlockNetwork>().Run(admin, network, Long, end, CancellationToken.None);
        await visit.Open("/admin/clients");
        await visit.Looks("admin-clients");
        await visit.Field("Address or network").FillAsync("0.0.0.0/0");
        await visit.Field("Reason").FillAsync("Trying passwords");
        await visit.Press("Block");
        await Expect(visit.Field("Address or network")).ToBeFocusedAsync();
        await visit.Looks("admin-clients-too-wide");
        await visit.Press("Let in 203.0.113.7/32");
        await Expect(visit.Page.GetByText("The network is let in again.")).ToBeFocusedAsync();
        await visit.Looks("admin-clients-let-in");
    }

    [Fact]
    public async Task The_mail_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/mail", AdminAccounts.Email);
        await visit.Looks("admin-mail-empty");
        var owner = (await server.AddAccount(LongAddress)).Id;
        foreach (var kind in Enum.GetValues<MailKind>())
            foreach (var state in Enum.GetValues<MailState>())
                await server.AddMail(owner, state, state is MailState.Sent ? null : Long, kind);
        for (var i = 0; i < 20; i++)
            await server.AddMail(owner, MailState.Sent);
        await server.OptOut("anna@example.com");
        await visit.Open("/admin/mail?state=Failed");
        await visit.Looks("admin-mail-failed");
        await visit.Open("/admin/mail");
        await visit.Follow("Next page");
        await Expect(visit.Link("Previous page")).ToBeVisibleAsync();
        await visit.Looks("admin-mail-next");
        await visit.Field("Address that is to get mails again").FillAsync("bob@example.com");
        await visit.Press("Allow mails");
        await Expect(visit.Field("Address that is to get mails again")).ToBeFocusedAsync();
        await visit.Looks("admin-mail-not-there");
        await visit.Field("Address that is to get mails again").FillAsync("anna@example.com");
        await visit.Press("Allow mails");
        await Expect(visit.Page.GetByText("The address gets mails again.")).ToBeFocusedAsync();
        await visit.Looks("admin-mail-allowed");
    }

    [Fact]
    public async Task The_job_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/jobs", AdminAccounts.Email);
        await visit.Looks("admin-jobs-new");
        foreach (var name in JobNames.All)
            foreach (var result in (JobResult[])[JobResult.Done, JobResult.Delayed, JobResult.Failed])
            {
                server.Clock.Advance(TimeSpan.FromSeconds(20));
                var outcome = new JobOutcome(12_345, result, result is JobResult.Done ? null : Long);
                await server.Get<RunJob>().Run(name, _ => Task.FromResult(outcome), CancellationToken.None);
            }
        await visit.Open("/admin/jobs");
        await visit.Page.Locator("summary").First.ClickAsync();
        await visit.Looks("admin-jobs");
        await visit.Press("Run now: Warn owners of expiries");
        await Expect(visit.Page.GetByText("The job is started.")).ToBeFocusedAsync();
        await visit.Looks("admin-jobs-started");
    }

    [Fact]
    public async Task Settings_and_banner_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve(
            "--Mail:User=relay", "--Mail:Password=hush",
            "--Site:AllowedHosts=one.example.com,another.example.com,and-yet-another.example.com",
            $"--Brand:Links=Imprint https://example.com/{new string('x', 150)}");
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/settings", AdminAccounts.Email);
        await visit.Looks("admin-settings");
        await visit.Open("/admin/banner");
        await visit.Looks("admin-banner-none");
        await visit.Field("Text").FillAsync(" ");
        await visit.Press("Show it");
        await Expect(visit.Field("Text")).ToBeFocusedAsync();
        await visit.Looks("admin-banner-bad");
        await visit.Field("Text").FillAsync(Long);
        await visit.Press("Show it");
        await Expect(visit.Page.GetByText("The banner is shown on all pages.")).ToBeFocusedAsync();
        await visit.Looks("admin-banner");
        await visit.Open("/");
        await visit.Looks("home-banner");
        await visit.Open("/recent");
        await visit.IsLive();
        await visit.Looks("recent-banner");
    }

    [Fact]
    public async Task The_banner_is_set_without_script_and_its_page_fits_every_screen()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var visit = await Visit(server, script: false);
        await visit.OpensSignedIn(server, "/admin/banner", AdminAccounts.Email);
        await visit.Field("Text").FillAsync("Back soon");
        await visit.Press("Show it");
        await Expect(visit.Page.GetByText("The banner is shown on all pages.")).ToBeVisibleAsync();
        await visit.Looks("admin-no-script");
    }
}

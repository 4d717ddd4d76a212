using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Web.Components.Administration.Dashboard;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What an administrator does on the overview, the receipts and the audit trail, and how these pages look.</summary>
public sealed class AdminOverviewTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_overview_refreshes_itself()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin", AdminAccounts.Email);
        await Expect(visit.Page.Locator("dl[data-live]")).ToBeAttachedAsync();
        await Expect(visit.Figure("Secrets not opened yet")).ToHaveTextAsync("0");
        var (key, metadata) = await server.Conceal("value");
        await server.Passes(OverviewBoard.LookAgain);
        await Expect(visit.Figure("Secrets not opened yet")).ToHaveTextAsync("1");
        await Expect(visit.Page.GetByText(metadata.ShortId())).ToBeVisibleAsync();
        await server.TryReveal(key);
        await server.Passes(OverviewBoard.LookAgain);
        await Expect(visit.Figure("Secrets not opened yet")).ToHaveTextAsync("0");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_suspended_or_revoked_administrator_is_cut_off_from_an_open_overview(bool suspended)
    {
        await using var server = await Serve();
        var admin = await server.AddAdmin();
        var other = await server.AddAdmin("other@example.com");
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin", "other@example.com");
        await Expect(visit.Page.Locator("dl[data-live]")).ToBeAttachedAsync();
        var done = suspended
            ? await server.Get<SuspendAccount>().Run(admin, other.Account!.Id, "abuse", CancellationToken.None)
            : await server.With<RevokeAdmin, AdminOutcome>(revoke => revoke.Run(admin, other.Account!.Id, CancellationToken.None));
        Assert.Equal(AdminOutcome.Done, done);
        var (_, metadata) = await server.Conceal("value");
        await server.Passes(OverviewBoard.LookAgain);
        await Expect(visit.Page.Locator("dl[data-live]")).Not.ToBeAttachedAsync();
        await Expect(visit.Page.GetByText(metadata.ShortId())).Not.ToBeAttachedAsync();
    }

    [Fact]
    public async Task A_receipt_is_found_by_id_owner_or_recipient_and_its_secret_is_destroyed_with_a_reason()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var owner = await server.Owner();
        var (key, metadata) = await server.ShareAs(owner, ["anna@example.com"], Steps.Passphrase);
        for (var i = 0; i < 30; i++)
            await server.Conceal("value");
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin/receipts", AdminAccounts.Email);
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await visit.Follow("Next page");
        await Expect(visit.Rows()).ToHaveCountAsync(6);
        foreach (var (by, text) in new[]
        {
            ("Id", metadata.ShortId()), ("Owner’s address", owner.Email), ("Recipient’s address", "anna@example.com"),
        })
        {
            await visit.Field("Search by").SelectOptionAsync(by);
            await visit.Field("Search for").FillAsync(text);
            await visit.Press("Show");
            await Expect(visit.Rows()).ToHaveCountAsync(1);
            await Expect(visit.Rows()).ToContainTextAsync([metadata.ShortId()]);
        }
        await visit.Follow("Destroy");
        await visit.Field("Reason").FillAsync("The caller sent it to the wrong address.");
        await visit.Press("Destroy it");
        await Expect(visit.Page.GetByText("The secret is destroyed.")).ToBeFocusedAsync();
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key, Steps.Passphrase));
        await visit.Follow("Audit");
        await Expect(visit.Rows().First).ToContainTextAsync("The caller sent it to the wrong address.");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = metadata.ShortId() }).First.ClickAsync();
        await Expect(visit.Rows()).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Overview_receipt_and_audit_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve();
        await server.AddAdmin();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/admin", AdminAccounts.Email);
        await Expect(visit.Page.Locator("dl[data-live]")).ToBeAttachedAsync();
        await visit.Looks("admin-overview-empty");
        await server.ShareAll(await server.Owner());
        for (var day = 0; day < 12; day++)
        {
            for (var i = 0; i < (day * 7 % 5) + 2; i++)
                await server.TryReveal((await server.Conceal("value")).Key);
            await server.TryBurn((await server.Conceal("value")).Metadata);
            await server.Conceal(new string('x', 3000), ttl: 3600);
            server.Clock.Advance(TimeSpan.FromDays(1));
            await server.Get<PurgeExpired>().Run(CancellationToken.None);
        }
        await server.ShareAs(await server.Owner("somebody.else@example.com"), ["anna@example.com", "bob@example.com"], Steps.Passphrase);
        await visit.OpensSignedIn(server, "/admin", AdminAccounts.Email);
        await Expect(visit.Page.Locator("dl[data-live]")).ToBeAttachedAsync();
        await visit.Looks("admin-overview");
        await visit.Open("/admin/receipts");
        await visit.Looks("admin-receipts");
        await visit.Open("/admin/receipts?search=zz");
        await visit.Looks("admin-receipts-cannot-match");
        await visit.Open("/admin/receipts");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Destroy" }).First.ClickAsync();
        await Expect(visit.Field("Reason")).ToBeVisibleAsync();
        await visit.Looks("admin-burn");
        await visit.Field("Reason").FillAsync(" ");
        await visit.Press("Destroy it");
        await Expect(visit.Field("Reason")).ToBeFocusedAsync();
        await visit.Looks("admin-burn-no-reason");
        await visit.Open("/admin/receipts/none/burn", 404);
        await visit.Looks("admin-burn-gone");
        await visit.Open("/admin/audit");
        await visit.Looks("admin-audit");
        await visit.Open("/admin/audit?search=nothing");
        await visit.Looks("admin-audit-none");
        await server.Tamper(db => db.Database.ExecuteSqlAsync($"UPDATE AuditEvents SET AccountId = 'nobody'"));
        await visit.Open("/admin/audit");
        await visit.Looks("admin-audit-unreadable");
    }
}

internal static class OverviewSteps
{
    /// <summary>A figure of the overview.</summary>
    public static ILocator Figure(this Visit visit, string name) =>
        visit.Page.Locator(".figures > div").Filter(new() { HasText = name }).Locator("dd");

    /// <summary>Advances the clock and lets waiting tasks run.</summary>
    public static async Task Passes(this RunningServer server, TimeSpan time)
    {
        server.Clock.Advance(time);
        await Task.Yield();
    }
}

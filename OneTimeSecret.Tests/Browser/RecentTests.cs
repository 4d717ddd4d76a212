using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The list of a person's own secrets, which is updated live.</summary>
public sealed class RecentTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_list_shows_only_the_owners_secrets_newest_first_and_can_be_filtered()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        for (var i = 0; i < 30; i++)
        {
            await server.Conceal("a value", account: owner);
            server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var (_, metadata) = await server.Conceal("a value", account: owner);
        await server.TryBurn(metadata);
        await server.Conceal("nobody's");
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await Expect(visit.Rows().First).ToContainTextAsync("Destroyed");
        await visit.Press("Next page");
        await Expect(visit.Rows()).ToHaveCountAsync(6);
        await visit.Press("Previous page");
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await visit.Field("State").SelectOptionAsync("Destroyed");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await Expect(visit.Page).ToHaveURLAsync(Steps.Whole(".*/recent\\?state=burned.*"));
    }

    [Fact]
    public async Task The_list_shows_changes_and_new_secrets_without_a_reload()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        var (key, _) = await server.Conceal("a value", account: owner);
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await Expect(visit.Rows()).ToContainTextAsync(["Not opened yet"]);
        await server.TryReveal(key);
        await Expect(visit.Rows()).ToContainTextAsync(["Opened"]);
        await Expect(visit.Page.GetByText("was opened.")).ToHaveCountAsync(1);
        await server.Conceal("another", account: owner);
        server.Clock.Advance(RecentSignals.Pace);
        await Expect(visit.Rows()).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_secret_is_destroyed_from_its_row_without_its_passphrase()
    {
        await using var server = await Serve();
        var (key, _) = await server.Conceal("a value", Steps.Passphrase, account: await server.Owner());
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await visit.Press("Destroy");
        await visit.Press("Yes, destroy");
        await Expect(visit.Rows()).ToContainTextAsync(["Destroyed"]);
        Assert.IsType<RevealOutcome.Unknown>(await server.TryReveal(key, Steps.Passphrase));
    }
}

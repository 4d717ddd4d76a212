using OneTimeSecret.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The list of a person's own secrets in every state, on every screen, in light and dark colours.</summary>
public sealed class RecentLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_live_list_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        foreach (var state in (string[])["Not opened yet", "Opened", "Destroyed", "Expired", "Lost in a restore"])
            await Expect(visit.Rows().Filter(new() { HasText = state }).First).ToBeVisibleAsync();
        await visit.Looks("recent-full");
        await visit.Button("Destroy").Nth(1).ClickAsync();
        await Expect(visit.Button("Keep")).ToBeVisibleAsync();
        await visit.Looks("recent-asks");
        await visit.Press("Next page");
        await Expect(visit.Button("Previous page")).ToBeVisibleAsync();
        await visit.Looks("recent-next");
        await visit.Field("Recipient or id").FillAsync("nobody@example.com");
        await visit.Press("Show");
        await Expect(visit.Page.GetByText("Nothing of yours is like that.")).ToBeVisibleAsync();
        await visit.Looks("recent-none-like-that");
        await visit.Field("Recipient or id").FillAsync("nobody@");
        await visit.Press("Show");
        await Expect(visit.Page.GetByText("That can match nothing")).ToBeVisibleAsync();
        await visit.Looks("recent-cannot-match");
    }

    [Fact]
    public async Task The_list_of_a_new_account_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await Expect(visit.Page.GetByText("You have not shared anything yet.")).ToBeVisibleAsync();
        await visit.Looks("recent-empty");
    }

    [Fact]
    public async Task The_messages_of_a_lost_or_failed_circuit_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve();
        await server.ShareAs(await server.Owner(), ["anna@example.com"]);
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.IsLive();
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').showModal()");
        await visit.Looks("recent-lost");
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').close()");
        await visit.Page.EvaluateAsync("() => document.getElementById('blazor-error-ui').style.display = 'block'");
        await visit.Looks("recent-failed");
    }

    [Fact]
    public async Task The_list_without_script_fits_every_screen()
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        var visit = await Visit(server, script: false);
        await visit.OpensSignedIn(server, "/recent");
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await visit.Looks("recent-no-script");
        await visit.Follow("Next page");
        await Expect(visit.Link("Previous page")).ToBeVisibleAsync();
        await visit.Looks("recent-no-script-next");
    }

    [Fact]
    public async Task The_pages_of_a_single_secret_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve();
        var (_, metadata) = await server.ShareAs(await server.Owner(), ["anna@example.com", "bob@example.com"], Steps.Passphrase);
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/recent");
        await visit.Open($"/recent/{Convert.ToHexStringLower(metadata.Id)}/burn");
        await visit.Looks("recent-burn");
        await visit.Open("/recent/none/burn", 404);
        await visit.Looks("recent-burn-gone");
        await visit.Open("/recent/none", 404);
        await visit.Looks("recent-gone");
    }
}

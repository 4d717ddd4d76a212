using OneTimeSecret.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The list of somebody's own secrets in every state, on every screen, by day and by night.</summary>
public sealed class RecentLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    [Theory, ClassData(typeof(Sizes))]
    public async Task The_live_list(Screen screen)
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        var visit = await Visit(server, screen);
        await visit.SignsIn("/recent");
        await visit.IsLive();
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        foreach (var state in (string[])["Not opened yet", "Opened", "Destroyed", "Expired", "Missing"])
            await Expect(visit.Rows().Filter(new() { HasText = state }).First).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-full");
        await visit.Button("Destroy").Nth(1).ClickAsync();
        await Expect(visit.Button("Keep")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-asks");
        await visit.Press("Next page");
        await Expect(visit.Button("Previous page")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-next");
        await visit.Field("Recipient or id").FillAsync("nobody@example.com");
        await visit.Press("Show");
        await Expect(visit.Page.GetByText("Nothing of yours is like that.")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-none-like-that");
        await visit.Field("Recipient or id").FillAsync("nobody@");
        await visit.Press("Show");
        await Expect(visit.Page.GetByText("That can match nothing")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-cannot-match");
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task The_list_of_a_new_account(Screen screen)
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, screen);
        await visit.SignsIn("/recent");
        await visit.IsLive();
        await Expect(visit.Page.GetByText("You have not shared anything yet.")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-empty");
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task What_is_said_of_a_circuit_that_is_lost_or_failed(Screen screen)
    {
        await using var server = await Serve();
        await server.ShareAs(await server.Owner(), ["anna@example.com"]);
        var visit = await Visit(server, screen);
        await visit.SignsIn("/recent");
        await visit.IsLive();
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').showModal()");
        await visit.LooksByDayAndNight("recent-lost");
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').close()");
        await visit.Page.EvaluateAsync("() => document.getElementById('blazor-error-ui').style.display = 'block'");
        await visit.LooksByDayAndNight("recent-failed");
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task The_list_without_script(Screen screen)
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        var visit = await Visit(server, screen, script: false);
        await visit.SignsIn("/recent");
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await visit.LooksByDayAndNight("recent-no-script");
        await visit.Follow("Next page");
        await Expect(visit.Link("Previous page")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("recent-no-script-next");
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task The_pages_of_a_row(Screen screen)
    {
        await using var server = await Serve();
        var (_, metadata) = await server.ShareAs(await server.Owner(), ["anna@example.com", "bob@example.com"], Steps.Passphrase);
        var visit = await Visit(server, screen);
        await visit.SignsIn("/recent");
        await visit.Open($"/recent/{Convert.ToHexStringLower(metadata.Id)}/burn");
        await visit.LooksByDayAndNight("recent-burn");
        await visit.Open("/recent/none/burn", 404);
        await visit.LooksByDayAndNight("recent-burn-gone");
        await visit.Open("/recent/none", 404);
        await visit.LooksByDayAndNight("recent-gone");
    }
}

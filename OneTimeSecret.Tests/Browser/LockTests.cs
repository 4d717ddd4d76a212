using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Wrong passphrases lock a secret. The sender sees the lock and can lift it.</summary>
public sealed class LockTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task After_five_wrong_passphrases_the_page_says_when_to_try_again()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, _) = await server.Conceal("the value", Steps.Passphrase);
        await IsLockedOut(visit, $"/secret/{key.Text}");
        await Expect(visit.Alert().Locator("time")).ToHaveAttributeAsync("datetime", Steps.InHalfAnHour(server));
        await Expect(visit.Alert()).ToContainTextAsync($"come back after {server.Clock.GetUtcNow().AddMinutes(30):dddd}");
        await Expect(visit.Alert().Locator("time")).ToContainTextAsync("UTC");
        await visit.Page.ReloadAsync();
        await visit.IsRefused("Passphrase", "Too many wrong passphrases. Nothing is lost; come back after");

        server.Clock.Advance(TimeSpan.FromMinutes(30));
        await visit.Tries(Steps.Passphrase);
        Assert.Equal("the value", await visit.Revealed());
    }

    [Fact]
    public async Task The_sender_sees_the_lock_and_allows_more_tries()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, metadata) = await server.Conceal("the value", Steps.Passphrase);
        await IsLockedOut(visit, $"/secret/{key.Text}");

        await visit.Open($"/receipt/{metadata.Text}");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Locked after wrong passphrases" })).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("dt:text('Wrong passphrases') + dd")).ToHaveTextAsync("5");
        await visit.Press("Allow more tries");
        await Expect(visit.Page.GetByText("More tries are allowed now.")).ToBeInViewportAsync();
        await Expect(visit.Page.GetByText("More tries are allowed now.")).ToBeFocusedAsync();
        await Expect(visit.Button("Allow more tries")).ToHaveCountAsync(0);

        await visit.Open($"/secret/{key.Text}");
        await visit.Tries(Steps.Passphrase);
        Assert.Equal("the value", await visit.Revealed());
    }

    [Fact]
    public async Task A_permanent_lock_tells_the_recipient_to_ask_the_sender_who_can_lift_it()
    {
        await using var server = await Serve("--Limits:TriesInAll=20");
        var visit = await Visit(server);
        var (key, metadata) = await server.Conceal("the value", Steps.Passphrase);
        await server.Spend(key, 20);
        await visit.Open($"/secret/{key.Text}");
        await visit.IsRefused("Passphrase", "Too many wrong passphrases. Nothing is lost yet; ask the sender");

        await visit.Open($"/receipt/{metadata.Text}");
        await Expect(visit.Page.Locator("dt:text('Wrong passphrases') + dd")).ToHaveTextAsync("20");
        await visit.Press("Allow more tries");
        await Expect(visit.Page.GetByText("More tries are allowed now.")).ToBeVisibleAsync();
        await visit.Open($"/secret/{key.Text}");
        await visit.Tries(Steps.Passphrase);
        Assert.Equal("the value", await visit.Revealed());
    }

    private static async Task IsLockedOut(Visit visit, string link)
    {
        await visit.Open(link);
        for (var i = 1; i < 5; i++)
        {
            await visit.Tries("a wrong one");
            await visit.IsRefused("Passphrase", "That is not the passphrase");
        }
        await visit.Tries("a wrong one");
        await visit.IsRefused("Passphrase", "Too many wrong passphrases. Nothing is lost; come back after");
    }
}

using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>An open receipt page shows what happens to its secret elsewhere.</summary>
public sealed class LiveTests(Chromium chromium) : BrowserTests(chromium)
{
    /// <summary>A promise of the heading that replaces the given one.</summary>
    private const string NextHeading =
        """
        before => new Promise(done => new MutationObserver(() => {
            const now = document.querySelector('h1').textContent;
            if (now !== before) done(now);
        }).observe(document.body, { childList: true, subtree: true }))
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task An_open_receipt_shows_without_a_reload_that_its_secret_was_opened_elsewhere()
    {
        await using var server = await Serve();
        var recipient = await Visit(server);
        await IsShown(server, "Your secret was opened", async (link, _) =>
        {
            await recipient.Open(link);
            return () => recipient.Press("Show the secret");
        });
    }

    [Fact]
    public async Task An_open_receipt_shows_without_a_reload_that_its_secret_was_destroyed_elsewhere()
    {
        await using var server = await Serve();
        var elsewhere = await Visit(server);
        await IsShown(server, "Your secret was destroyed unread", async (_, receipt) =>
        {
            await elsewhere.Open(receipt + "/burn");
            return () => elsewhere.Press("Destroy it");
        });
    }

    [Fact]
    public async Task An_open_receipt_shows_without_a_reload_that_its_secret_has_expired()
    {
        await using var server = await Serve();
        await IsShown(server, "Your secret expired unread", (_, _) => Task.FromResult(() =>
        {
            server.Clock.Advance(TimeSpan.FromDays(7));
            return Task.CompletedTask;
        }));
    }

    [Fact]
    public async Task Without_script_a_reload_shows_what_happened_elsewhere()
    {
        await using var server = await Serve();
        var (sender, recipient) = (await Visit(server, script: false), await Visit(server, script: false));
        await recipient.Reveals(await sender.Conceals("the value"));
        await sender.Sees("Your link is ready");
        await sender.Page.ReloadAsync();
        await sender.Sees("Your secret was opened");
    }

    [Fact]
    public async Task The_focus_stays_or_moves_to_the_main_content_if_its_element_is_removed()
    {
        await using var server = await Serve();
        var sender = await Visit(server);
        var (key, metadata) = await server.Conceal("the value");
        await sender.Open($"/receipt/{metadata.Text}");
        await sender.Page.GetByText("API").FocusAsync();
        await server.TryReveal(key);
        await sender.Sees("Your secret was opened");
        await Expect(sender.Page.GetByText("API")).ToBeFocusedAsync();

        (key, metadata) = await server.Conceal("the value");
        await sender.Open($"/receipt/{metadata.Text}");
        await sender.Link("Destroy it unread").FocusAsync();
        await server.TryReveal(key);
        await sender.Sees("Your secret was opened");
        await Expect(sender.Page.Locator("main")).ToBeFocusedAsync();
    }

    /// <summary>Does something to a secret while its receipt is open. The receipt must show it without a reload.</summary>
    private async Task IsShown(RunningServer server, string heading, Func<string, string, Task<Func<Task>>> prepare)
    {
        var sender = await Visit(server);
        var link = await sender.Conceals("the value");
        var receipt = sender.Page.Url;
        var act = await prepare(link, receipt);
        var loads = 0;
        sender.Page.FrameNavigated += (_, _) => loads++;

        var watch = sender.Page.EvaluateAsync<string>(NextHeading, "Your link is ready");
        await sender.Page.EvaluateAsync("() => {}"); // answered after the watch has begun
        var acting = act();
        Assert.Equal(heading, await watch.WaitAsync(Patience));
        await acting;
        await Expect(sender.Announcement()).ToHaveTextAsync(heading);
        await Expect(sender.Page).ToHaveTitleAsync(Steps.Starting(heading));
        Assert.Equal((0, receipt), (loads, sender.Page.Url));
        await sender.Page.ReloadAsync();
        await sender.Sees(heading);
    }
}

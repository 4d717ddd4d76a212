using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary><c>Secrets:RetrySeconds</c> in a browser: its cookie comes back to the page of the link, with and without script.</summary>
public sealed class LostAnswerTests(Chromium chromium) : BrowserTests(chromium)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Browser_that_lost_the_answer_opens_the_link_again_and_another_browser_does_not(bool script)
    {
        await using var server = await Serve("--Secrets:RetrySeconds=60");
        var (visit, other) = (await Visit(server, script: script), await Visit(server, script: script));
        var (key, metadata) = await server.Conceal("the value");
        var link = $"/shared/{key.Text}";
        await other.Open(link);
        await visit.Open(link);
        var isLost = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/secret/*", async route =>
        {
            if (route.Request.Method is "POST" && !isLost.Task.IsCompleted)
            {
                await route.FetchAsync();
                await route.AbortAsync();
                isLost.SetResult();
            }
            else
                await route.ContinueAsync();
        });
        await visit.Button("Show the secret").ClickAsync();
        await isLost.Task;
        Assert.Equal(Core.Vault.ReceiptState.Received, (await server.Receipt(metadata)).State);

        await other.Button("Show the secret").ClickAsync();
        await Expect(other.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("There is no secret here");
        await visit.Open(link);
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Show the secret again?");
        await visit.Button("Show the secret").ClickAsync();
        Assert.Equal("the value", await visit.Revealed());
        await Expect(visit.Page.Locator("#again time")).ToContainTextAsync(":");
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The pages about the server: how its API is called, and how it keeps a secret.</summary>
public sealed class ApiDocsPageTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task Documentation_and_security_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open("/docs/api");
        await visit.Looks("docs-api");
        await visit.Open("/security");
        await visit.Looks("security");
    }

    [Fact]
    public async Task A_button_copies_the_lines_beside_it()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open("/docs/api");
        using var clipboard = await Clipboard.Take();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Copy: Reveal a secret" }).ClickAsync();
        await Expect(visit.Page.Locator("#announcement")).ToHaveTextAsync("Copied");
        Assert.Equal(await visit.Page.Locator("#reveal-shell").TextContentAsync(), await Clipboard.Read(visit.Page));
    }
}

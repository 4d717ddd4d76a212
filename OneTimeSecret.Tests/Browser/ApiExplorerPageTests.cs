using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Swagger UI as a page of the product: under its content security policy, in its colours, accessible.</summary>
public sealed class ApiExplorerPageTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Path = "/docs/api/explorer";

    [Fact]
    public async Task The_explorer_fits_every_screen_is_accessible_and_sends_credentials()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("you@example.com");
        var token = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(
            account.DefaultRequestHeaders.Authorization!.Parameter!)).Split(':')[1];
        var visit = await Visit(server);
        await visit.Open(Path);
        await Expect(Call(visit, "post_api_v1_share")).ToBeVisibleAsync();
        await visit.Looks("explorer");

        await Execute(Call(visit, "post_api_v1_share"));
        await Expect(Answer(Call(visit, "post_api_v1_share"))).ToContainTextAsync("\"state\": \"new\"");
        await Call(visit, "get_api_v1_receipt__key_").Locator(".opblock-summary-control").ClickAsync();
        await Call(visit, "get_api_v1_receipt__key_").GetByRole(AriaRole.Tab, new() { Name = "Schema" }).ClickAsync();
        await visit.Looks("explorer-opened");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Authorize" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "Available authorizations" })).ToBeVisibleAsync();
        await visit.Looks("explorer-credentials");
        await visit.Page.GetByLabel("Username:").FillAsync("you@example.com");
        await visit.Page.GetByLabel("Password:").FillAsync(token);
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Authorize" }).ClickAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        var check = Call(visit, "get_api_v1_authcheck");
        await Execute(check);
        await Expect(Answer(check)).ToContainTextAsync("nominal");
    }

    [Fact]
    public async Task Examples_are_sent_as_shown_in_every_encoding()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        var call = Call(visit, "post_api_v1_share");
        await call.Locator(".opblock-summary-control").ClickAsync();
        var content = call.GetByLabel("Request content type");
        foreach (var encoding in (string[])["application/x-www-form-urlencoded", "multipart/form-data", "application/json"])
        {
            await content.SelectOptionAsync(encoding);
            await Expect(content).ToHaveValueAsync(encoding);
            await call.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
            await call.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
            await Expect(Answer(call)).ToContainTextAsync("\"secret_key\"");
            var key = (await Answer(call).InnerTextAsync()).Split("\"secret_key\": \"")[1].Split('"')[0];
            Assert.Equal("correct horse battery staple", await server.Reveal(key));
            await call.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
            await Expect(Answer(call)).ToHaveCountAsync(0);
            await call.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        }
    }

    [Fact]
    public async Task Without_script_the_explorer_says_so_and_links_to_the_API_page()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server, script: false);
        await visit.Open(Path);
        await Expect(visit.Page.Locator("noscript p")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Every call, with a curl line" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(server.Origin + "/docs/api");
    }

    private static ILocator Call(Visit visit, string operation) => visit.Page.Locator($"[id$='-{operation}']");

    private static ILocator Answer(ILocator call) => call.Locator(".live-responses-table .highlight-code");

    private static async Task Execute(ILocator call)
    {
        await call.Locator(".opblock-summary-control").ClickAsync();
        await call.GetByRole(AriaRole.Button, new() { Name = "Try it out" }).ClickAsync();
        await call.GetByRole(AriaRole.Button, new() { Name = "Execute" }).ClickAsync();
    }
}

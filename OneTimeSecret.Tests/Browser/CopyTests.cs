using System.Text;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>A value leaves the page byte for byte as it was shared.</summary>
public sealed class CopyTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string NoClipboard = "delete Navigator.prototype.clipboard";

    /// <summary>Values as programs send them. A browser's text box could not send most of them.</summary>
    private static readonly string[] Values =
    [
        "plain",
        "\r\n\nfirst lines are empty\r\nand the last too\r\n",
        "a lone \r and\ttabs and trailing blanks  ",
        "🔑 שלום — ﬁ e\u0301 \u200b\u00a0",
        "\uFEFFa mark of order",
        "a\0b",
    ];

    [Fact]
    public async Task A_saved_file_is_exactly_the_value()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        foreach (var value in Values)
        {
            await visit.Reveals($"/secret/{(await server.Share(value)).SecretKey}");
            var file = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Follow("Save as file"));
            Assert.Equal("secret.txt", file.SuggestedFilename);
            Assert.Equal(Encoding.UTF8.GetBytes(value), await File.ReadAllBytesAsync(await file.PathAsync()));
        }
    }

    [Fact]
    public async Task A_copy_in_the_clipboard_is_exactly_the_value()
    {
        await using var server = await Serve();
        using var clipboard = await Clipboard.Take();
        var visit = await Visit(server);
        foreach (var value in Values)
        {
            await visit.Reveals($"/secret/{(await server.Share(value)).SecretKey}");
            Assert.Equal(value, await Copied(visit, "Copy the secret"));
        }
    }

    [Fact]
    public async Task A_copy_is_exactly_the_value_also_without_the_clipboard_API_that_needs_TLS()
    {
        await using var server = await Serve();
        using var clipboard = await Clipboard.Take();
        var visit = await Visit(server);
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read"]);
        var other = await visit.Page.Context.NewPageAsync();
        await other.GotoAsync(visit.Address("/"));
        await visit.Page.AddInitScriptAsync(NoClipboard);
        foreach (var value in Values)
        {
            await visit.Page.BringToFrontAsync();
            await visit.Reveals($"/secret/{(await server.Share(value)).SecretKey}");
            await visit.PressWithScript("Copy the secret");
            await Expect(visit.Button("Copied")).ToBeFocusedAsync();
            await other.BringToFrontAsync();
            Assert.Equal(value, await Clipboard.Read(other));
        }
    }

    [Fact]
    public async Task Without_script_there_is_no_copy_button()
    {
        await using var server = await Serve();
        var visit = await Visit(server, script: false);
        await visit.Reveals($"/secret/{(await server.Share("the value")).SecretKey}");
        await Expect(visit.Page.Locator("[data-copy]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_link_and_a_password_are_copied_and_the_button_says_so()
    {
        await using var server = await Serve();
        using var clipboard = await Clipboard.Take();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        var password = await visit.Page.Locator("#password").InnerTextAsync();
        Assert.Equal(password, await Copied(visit, "Copy the password"));
        await visit.Press("Create the link");
        var link = await visit.SharedLink();
        Assert.Equal(link, await Copied(visit, "Copy the link"));
    }

    [Fact]
    public async Task A_failed_copy_is_reported_and_the_value_is_selected()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Page.AddInitScriptAsync(NoClipboard + "; document.execCommand = () => false");
        await visit.Reveals($"/secret/{(await server.Share("the value")).SecretKey}");
        await visit.PressWithScript("Copy the secret");
        await Expect(visit.Button("Not copied")).ToBeVisibleAsync();
        await Expect(visit.Announcement()).ToHaveTextAsync("Not copied");
        Assert.Equal("the value", await visit.Page.EvaluateAsync<string>("() => getSelection().toString()"));
    }

    [Fact]
    public async Task A_value_can_be_hidden_and_shown_again()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Reveals($"/secret/{(await server.Share("the value")).SecretKey}");
        await visit.Page.GetByText("Hide").ClickAsync();
        await Expect(visit.Value()).ToBeHiddenAsync();
        await visit.Page.GetByText("Show", new() { Exact = true }).ClickAsync();
        await Expect(visit.Value()).ToBeVisibleAsync();
    }

    /// <summary>Presses a copy button, waits until it reports success, and reads the clipboard.</summary>
    private static async Task<string> Copied(Visit visit, string button)
    {
        await visit.PressWithScript(button);
        await Expect(visit.Button("Copied")).ToBeVisibleAsync();
        await Expect(visit.Announcement()).ToHaveTextAsync("Copied");
        return await Clipboard.Read(visit.Page);
    }
}

using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Every flow from beginning to end with the keyboard only.</summary>
public sealed class KeyboardTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task A_secret_can_be_shared_and_opened_by_keyboard()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        await visit.Open("/");
        await keys.Type("the value");
        await keys.To(visit.Field("Passphrase (optional)"));
        await keys.Type(Steps.Passphrase);
        await keys.To(visit.Button("Show"));
        await keys.Press("Space");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveAttributeAsync("type", "text");
        await keys.To(visit.Field("The link works for"));
        await keys.Press("ArrowUp");
        await keys.To(visit.Button("Create the link"));
        await keys.Press("Enter");

        var link = await visit.SharedLink();
        await Expect(visit.Page.GetByText("3 days left")).ToBeVisibleAsync();
        using var clipboard = await Clipboard.Take();
        await keys.To(visit.Button("Copy the link"));
        await keys.Press("Enter");
        await Expect(visit.Button("Copied")).ToBeFocusedAsync();
        await keys.To(visit.Page.Locator("summary"));
        await keys.Press("Space");
        await Expect(visit.Page.GetByRole(AriaRole.Img, new() { Name = "QR code of the link to share" })).ToBeVisibleAsync();

        await visit.Open(link);
        await Expect(visit.Field("Passphrase")).ToBeFocusedAsync();
        await keys.Type("a wrong one");
        await keys.Press("Enter");
        await visit.IsRefused("Passphrase", "That is not the passphrase");
        await keys.Type(Steps.Passphrase);
        await keys.To(visit.Button("Show the secret"));
        await keys.Press("Space");
        Assert.Equal("the value", await visit.Revealed());
        await keys.To(visit.Page.Locator("summary"));
        await keys.Press("Enter");
        await Expect(visit.Value()).ToBeHiddenAsync();
        await keys.Press("Enter");
        await Expect(visit.Value()).ToBeVisibleAsync();
        await keys.To(visit.Button("Copy the secret"));
        await keys.Press("Space");
        await Expect(visit.Button("Copied")).ToBeFocusedAsync();
        await keys.To(visit.Link("Save as file"));
        await visit.Page.RunAndWaitForDownloadAsync(() => keys.Press("Enter"));
    }

    [Fact]
    public async Task A_password_can_be_made_and_shared_by_keyboard()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        await visit.Open("/");
        await keys.To(visit.Field("I have a secret"), "Shift+Tab");
        await keys.Press("ArrowRight");
        await Expect(visit.Field("Make a password")).ToBeCheckedAsync();
        await keys.To(visit.Field("Length"));
        await keys.Press("ArrowUp");
        await keys.To(visit.Field("* $ ! ? ( )"));
        await keys.Press("Space");
        await Expect(visit.Page.Locator("#password")).ToHaveTextAsync(Steps.Whole("[A-Za-z0-9]{13}"));
        await Expect(visit.Field("* $ ! ? ( )")).ToBeFocusedAsync();
        await keys.To(visit.Button("Another one"), "Shift+Tab");
        var before = await visit.Page.Locator("#password").InnerTextAsync();
        await keys.Press("Enter");
        await Expect(visit.Page.Locator("#password")).Not.ToHaveTextAsync(before);
        await Expect(visit.Page.Locator("#password")).ToHaveTextAsync(Steps.Whole("[A-Za-z0-9]{13}"));
        var shown = await visit.Page.Locator("#password").InnerTextAsync();
        await keys.To(visit.Button("Create the link"));
        await keys.Press("Enter");
        Assert.Equal(shown, await visit.Reveals(await visit.SharedLink()));
    }

    [Fact]
    public async Task A_passphrase_and_a_custom_lifetime_can_be_chosen_by_keyboard()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        await visit.Open("/");
        await keys.Type("the value");
        await keys.To(visit.Button("Make one"));
        await keys.Press("Enter");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Whole("[^ ]{12}"));
        await keys.To(visit.Field("The link works for"));
        await keys.Press("End");
        await keys.To(visit.Field("How many"));
        await keys.Type("5");
        await keys.To(visit.Field("Unit of time"));
        await keys.Press("ArrowDown");
        await keys.To(visit.Button("Create the link"));
        await keys.Press("Space");
        await visit.SharedLink();
        await Expect(visit.Page.GetByText("5 hours left")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_secret_can_be_destroyed_by_keyboard()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        await visit.Open($"/receipt/{(await server.Conceal("a mistake", Steps.Passphrase)).Metadata.Text}");
        await keys.To(visit.Link("Destroy it unread"));
        await keys.Press("Enter");
        await Expect(visit.Field("Its passphrase")).ToBeFocusedAsync();
        await keys.Type("a wrong one");
        await keys.Press("Enter");
        await visit.IsRefused("Its passphrase", "That is not the passphrase");
        await keys.Type(Steps.Passphrase);
        await keys.To(visit.Button("Destroy it"));
        await keys.Press("Space");
        await visit.Sees("Your secret was destroyed unread");
    }

    [Fact]
    public async Task More_tries_can_be_allowed_by_keyboard()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        var (key, metadata) = await server.Conceal("the value", Steps.Passphrase);
        await server.Spend(key, 20);
        await visit.Open($"/receipt/{metadata.Text}");
        await keys.To(visit.Button("Allow more tries"));
        await keys.Press("Enter");
        await Expect(visit.Page.GetByText("More tries are allowed now.")).ToBeFocusedAsync();
        await keys.To(visit.Link("Destroy it unread"));
    }

    [Fact]
    public async Task The_first_Tab_reaches_a_link_that_skips_to_the_content()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var keys = new Keys(visit);
        await visit.Open($"/secret/{(await server.Conceal("the value")).Key.Text}");
        var skip = visit.Page.GetByText("Skip to the content");
        await keys.Press("Tab");
        await Expect(skip).ToBeFocusedAsync();
        await Expect(skip).ToBeInViewportAsync(new() { Ratio = 1 });
        await keys.Press("Enter");
        await keys.Press("Tab");
        await Expect(visit.Button("Show the secret")).ToBeFocusedAsync();
        await keys.Press("Enter");
        Assert.Equal("the value", await visit.Revealed());
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

public sealed partial class ResetPasswordPageTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string NewPassword = "three random words";

    [Fact]
    public async Task The_reset_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await RunningServer.Start();
        var link = await server.Link();
        await using var visit = await Visit(server);

        await visit.Open(link);
        await visit.Looks("reset");
        await Send(visit, NewPassword);
        await Expect(Done(visit)).ToBeVisibleAsync();
        await visit.Looks("reset-done");
        await visit.Open(link);
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("has been used");
        await Expect(visit.Link("Ask for a new link")).ToHaveAttributeAsync("href", "/forgot");
        await visit.Looks("reset-bad-link");
    }

    [Fact]
    public async Task The_password_can_be_set_by_keyboard()
    {
        await using var server = await RunningServer.Start();
        await using var visit = await Visit(server);
        await visit.Open(await server.Link());

        await Expect(Password(visit)).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync(NewPassword);
        await new Keys(visit).Tab(); // past the button that shows what was typed
        await new Keys(visit).Tab();
        await Expect(visit.Button("Save password")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");

        await Expect(Done(visit)).ToBeVisibleAsync();
        Assert.True(await server.Checks(NewPassword));
    }

    [Fact]
    public async Task An_invalid_password_is_reported_at_its_field_which_has_the_focus()
    {
        await using var server = await RunningServer.Start();
        await using var visit = await Visit(server);
        await visit.Open(await server.Link());
        // The browser's own validation would stop the form, so it is switched off.
        await visit.Page.EvaluateAsync("() => document.querySelector('main form').noValidate = true");
        await Send(visit, "short");

        await Expect(Password(visit)).ToBeFocusedAsync();
        await Expect(Password(visit)).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(Password(visit)).ToHaveAccessibleDescriptionAsync(WhyNot());
    }

    private static ILocator Password(Visit visit) => visit.Page.GetByLabel("New password");

    private static ILocator Done(Visit visit) => visit.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "is set" });

    private static async Task Send(Visit visit, string password)
    {
        await Password(visit).FillAsync(password);
        await Password(visit).PressAsync("Enter");
    }

    [GeneratedRegex("^A password has 10 to 256 characters", RegexOptions.None, 1000)]
    private static partial Regex WhyNot();
}

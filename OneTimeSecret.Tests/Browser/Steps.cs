using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What people do on the pages and see there. Elements are found by their visible text.</summary>
internal static class Steps
{
    public const string Passphrase = "long enough";

    public static ILocator Button(this Visit visit, string name) =>
        visit.Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Link(this Visit visit, string name) =>
        visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public static ILocator Field(this Visit visit, string label) => visit.Page.GetByLabel(label, new() { Exact = true });

    public static ILocator Alert(this Visit visit) => visit.Page.GetByRole(AriaRole.Alert);

    /// <summary>The live region whose text screen readers announce.</summary>
    public static ILocator Announcement(this Visit visit) => visit.Page.Locator("#announcement");

    public static ILocator Value(this Visit visit) => visit.Page.Locator("#value");

    public static Task Press(this Visit visit, string button) => visit.Button(button).ClickAsync();

    /// <summary>Presses a button that works by script. It does nothing until the modules of the page have run.</summary>
    public static async Task PressWithScript(this Visit visit, string button)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.Load);
        await visit.Press(button);
    }

    public static Task Follow(this Visit visit, string link) => visit.Link(link).ClickAsync();

    public static Task Sees(this Visit visit, string heading) =>
        Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);

    /// <summary>Creates a link on the home page, with or without a passphrase, and waits for the receipt.</summary>
    /// <returns>The link to share.</returns>
    public static async Task<string> Conceals(this Visit visit, string secret, string? passphrase = null)
    {
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync(secret);
        if (passphrase is not null)
            await visit.Field("Passphrase (optional)").FillAsync(passphrase);
        await visit.Press("Create the link");
        return await visit.SharedLink();
    }

    /// <summary>Waits for the receipt and reads its link.</summary>
    public static async Task<string> SharedLink(this Visit visit)
    {
        await visit.Sees("Your link is ready");
        return await visit.Page.Locator("#link").InnerTextAsync();
    }

    /// <summary>Opens a link that needs no passphrase and reveals its secret.</summary>
    public static async Task<string> Reveals(this Visit visit, string link)
    {
        await visit.Open(link);
        await visit.Press("Show the secret");
        return await visit.Revealed();
    }

    /// <summary>Waits for the revealed secret and reads it.</summary>
    public static async Task<string> Revealed(this Visit visit)
    {
        await visit.Sees("Here is your secret");
        return await visit.Value().TextContentAsync() ?? "";
    }

    /// <summary>Tries a passphrase on the page of a secret.</summary>
    public static async Task Tries(this Visit visit, string passphrase)
    {
        await visit.Field("Passphrase").FillAsync(passphrase);
        await visit.Press("Show the secret");
    }

    /// <summary>Expects an error at a field, which is empty and has the focus.</summary>
    public static async Task IsRefused(this Visit visit, string field, string because)
    {
        var input = visit.Field(field);
        await Expect(input).ToHaveValueAsync("");
        await Expect(input).ToBeFocusedAsync();
        await Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(input).ToHaveAccessibleDescriptionAsync(Starting(because));
        await Expect(visit.Alert()).ToContainTextAsync(because);
        await Expect(visit.Page).ToHaveTitleAsync(Starting("Error: "));
    }

    /// <summary>Opens a link and expects that it has no secret any more.</summary>
    public static async Task FindsNothing(this Visit visit, string link)
    {
        await visit.Open(link, 404);
        await visit.Sees("There is no secret here");
    }

    /// <summary>The end of a lock that begins now, as in the attribute <c>datetime</c>.</summary>
    public static Regex InHalfAnHour(RunningServer server) => Starting($"{server.Clock.GetUtcNow().AddMinutes(30):s}");

    public static Regex Starting(string text) => Pattern("^" + Regex.Escape(text));

    public static Regex Whole(string pattern) => Pattern($"^{pattern}$");

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
}

using Microsoft.Playwright;
using OneTimeSecret.Web.Components.Pages;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary><c>Secrets:ConfirmReveal</c> in a browser: a press by hand opens a secret, a press by a script does not.</summary>
public sealed class ByHandTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task Scripts_that_press_the_button_or_send_the_form_reveal_nothing_and_people_still_do()
    {
        await using var server = await Serve("--Secrets:ConfirmReveal=true");
        var visit = await Visit(server);
        var keys = new Keys(visit);
        var (key, metadata) = await server.Conceal("the value");
        var address = $"/secret/{key.Text}";
        foreach (var page in (string[])[address, address + "?confirm=true"])
        {
            await visit.Open(page);
            await visit.Page.WaitForLoadStateAsync(LoadState.Load);
            server.Clock.Advance(RevealTicket.Youngest);
            // A press by a script does nothing, so the page stays.
            await visit.Page.EvaluateAsync("document.querySelector('main button').click()");
            await visit.Page.EvaluateAsync(
                "document.querySelector('main button').dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))");
            Assert.EndsWith(page, visit.Page.Url, StringComparison.Ordinal);
        }
        // A form that a script sends leads to the second page, and there, as it comes at once, to itself.
        await visit.Open(address);
        await Sends("requestSubmit", "confirm=true");
        await Sends("submit", "soon=true");
        // A browser that is steered from outside presses as a hand does, but at once.
        await visit.Open(address);
        await visit.PressWithScript("Show the secret");
        await Expect(visit.Alert()).ToContainTextAsync("a little too quick");
        Assert.Equal(Core.Vault.ReceiptState.New, (await server.Receipt(metadata)).State);

        server.Clock.Advance(RevealTicket.Youngest);
        await keys.To(visit.Button("Show the secret"));
        await keys.Press("Enter");
        Assert.Equal("the value", await visit.Revealed());

        async Task Sends(string way, string query)
        {
            // Waits from before the form is sent, so that no load event is missed.
            var there = visit.Page.WaitForURLAsync(url => url.Contains(query, StringComparison.Ordinal));
            await visit.Page.EvaluateAsync($"document.querySelector('main form').{way}()");
            await there;
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_person_with_a_mouse_needs_one_page_with_script_and_two_without(bool script)
    {
        await using var server = await Serve("--Secrets:ConfirmReveal=true");
        var visit = await Visit(server, script: script);
        var (key, _) = await server.Conceal("the value");
        await visit.Open($"/secret/{key.Text}");
        server.Clock.Advance(RevealTicket.Youngest);
        await visit.PressWithScript("Show the secret");
        if (!script)
        {
            await visit.Sees("Show the secret now?");
            server.Clock.Advance(RevealTicket.Youngest);
            await visit.Press("Yes, show the secret");
        }
        Assert.Equal("the value", await visit.Revealed());
    }
}

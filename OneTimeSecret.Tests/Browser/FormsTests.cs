using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What only a browser does with forms: cookies across sites, stopping, pressing twice, the back-forward cache.</summary>
public sealed class FormsTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task Two_links_opened_from_another_site_can_both_be_revealed()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var links = new List<string>();
        foreach (var secret in new[] { "secret A", "secret B" })
            links.Add($"{server.Origin}/secret/{(await server.Conceal(secret)).Key.Text}");
        // For a browser 127.0.0.1 and localhost are two sites.
        var mails = $"{server.NamedOrigin}/webmail";
        visit.Expects(mails);
        await visit.Page.RouteAsync(mails, route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = string.Concat(links.Select(link => $"<a target=_blank rel=noopener href='{link}'>{link}</a> ")),
        }));
        await visit.Page.GotoAsync(mails);
        var tabs = new List<IPage>();
        foreach (var link in links)
        {
            tabs.Add(await visit.Page.Context.RunAndWaitForPageAsync(() => visit.Page.GetByText(link).ClickAsync()));
            await Expect(Show(tabs[^1])).ToBeVisibleAsync();
        }
        foreach (var (tab, secret) in tabs.Zip(["secret A", "secret B"]))
        {
            await Show(tab).ClickAsync();
            await Expect(tab.Locator("#value")).ToHaveTextAsync(secret);
        }
    }

    /// <summary>On a slow connection the button appears long before the last script is loaded, and people press it twice.</summary>
    [Fact]
    public async Task A_second_press_of_the_button_does_nothing_even_before_any_module_has_loaded()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, _) = await server.Conceal("the value");
        var modules = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/*.js", async route =>
        {
            if (!route.Request.Url.Contains("/once", StringComparison.Ordinal)) // the only script that is not a module
                await modules.Task;
            await route.ContinueAsync();
        });
        await visit.Page.GotoAsync(visit.Address($"/secret/{key.Text}"), new() { WaitUntil = WaitUntilState.Commit });
        await Show(visit.Page).WaitForAsync();
        var refused = await visit.Page.EvaluateAsync<bool[]>(
            """
            () => {
                const refused = [];
                addEventListener('submit', event => refused.push(event.defaultPrevented));
                for (const _ of [1, 2]) document.querySelector('main form button').click();
                return refused;
            }
            """);
        Assert.Equal([false, true], refused);
        await Expect(visit.Value()).ToHaveTextAsync("the value");
        modules.SetResult();
    }

    [Fact]
    public async Task The_button_can_be_pressed_again_after_a_slow_answer_was_stopped()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, _) = await server.Conceal("the value");
        var never = new TaskCompletionSource();
        var posts = 0;
        await visit.Page.RouteAsync("**/secret/*", async route =>
        {
            if (route.Request.Method is "POST" && Interlocked.Increment(ref posts) == 1)
            {
                await never.Task;
                return;
            }
            await route.ContinueAsync();
        });
        visit.Expects("ERR_ABORTED");
        await visit.Open($"/secret/{key.Text}");
        var asked = visit.Page.WaitForRequestAsync(request => request.Method is "POST");
        await visit.Page.EvaluateAsync("() => document.querySelector('main form button').click()"); // Playwright would wait for the answer
        await asked;
        var stopped = new TaskCompletionSource();
        visit.Page.RequestFailed += (_, _) => stopped.TrySetResult();
        var browser = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await browser.SendAsync("Page.stopLoading"); // as the browser's stop button does
        await stopped.Task;
        await Show(visit.Page).ClickAsync();
        await Expect(visit.Value()).ToHaveTextAsync("the value");
        Assert.Equal(2, posts);
        never.SetResult();
    }

    [Fact]
    public async Task The_button_of_a_page_from_the_back_forward_cache_works_again()
    {
        await using var server = await Serve();
        var visit = await Visit(server, keepsPages: true);
        var (key, _) = await server.Conceal("the value", Steps.Passphrase);
        await visit.Open($"/secret/{key.Text}");
        await visit.Page.EvaluateAsync("() => { document.body.dataset.kept = 'yes'; }");
        await visit.Tries("a wrong one");
        await visit.IsRefused("Passphrase", "That is not the passphrase");
        await visit.Page.GoBackAsync(new() { WaitUntil = WaitUntilState.Commit });
        await Expect(visit.Page.Locator("body[data-kept]")).ToHaveCountAsync(1);
        await visit.Tries(Steps.Passphrase);
        Assert.Equal("the value", await visit.Revealed());
    }

    private static ILocator Show(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Show the secret" });
}

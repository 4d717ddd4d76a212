using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Browser;

/// <summary>A recipient who has never visited the server opens a link.</summary>
public sealed class RevealingTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Secret = "first line\n\tsecond <b>line</b> & more";

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_link_shows_its_secret_once(bool script)
    {
        await using var server = await Serve();
        var (sender, recipient) = (await Visit(server, script: script), await Visit(server, script: script));
        var link = await sender.Conceals(Secret);

        await recipient.Open(link);
        await recipient.Sees("Somebody sent you a secret");
        await recipient.Press("Show the secret");
        Assert.Equal(Secret, await recipient.Revealed());

        await sender.Page.ReloadAsync();
        await sender.Sees("Your secret was opened");
        await sender.FindsNothing(link);
    }

    [Fact]
    public async Task A_wrong_passphrase_is_reported_and_the_right_one_still_opens_the_secret()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var link = await visit.Conceals(Secret, Steps.Passphrase);
        var receipt = visit.Page.Url;

        await visit.Open(link);
        await Expect(visit.Field("Passphrase")).ToBeFocusedAsync();
        foreach (var wrong in new[] { "a wrong one", "another wrong one" })
        {
            await visit.Tries(wrong);
            await visit.IsRefused("Passphrase", "That is not the passphrase. Nothing is lost");
        }
        await visit.Open(receipt);
        await Expect(visit.Page.Locator("dt:text('Wrong passphrases') + dd")).ToHaveTextAsync("2");

        await visit.Open(link);
        await visit.Tries(Steps.Passphrase);
        Assert.Equal(Secret, await visit.Revealed());
        await visit.FindsNothing(link);
    }

    [Fact]
    public async Task A_link_or_button_that_is_used_after_the_expiry_says_that_there_is_no_secret()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, metadata) = await server.Conceal(Secret);
        await visit.Open($"/secret/{key.Text}");
        server.Clock.Advance(TimeSpan.FromDays(7));

        await visit.Press("Show the secret");
        await visit.Sees("There is no secret here");
        await visit.FindsNothing($"/secret/{key.Text}");
        await visit.Open($"/receipt/{metadata.Text}");
        await visit.Sees("Your secret expired unread");
        server.Clock.Advance(TimeSpan.FromDays(7));
        await visit.Open($"/receipt/{metadata.Text}", 404);
        await visit.Sees("There is no receipt here");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Neither_reload_nor_back_nor_forward_shows_a_secret_again(bool script)
    {
        await using var server = await Serve();
        var visit = await Visit(server, script: script);
        async Task Reveal(string? passphrase)
        {
            var (key, _) = await server.Conceal(Secret, passphrase);
            await visit.Open($"/secret/{key.Text}");
            if (passphrase is null)
                await visit.Press("Show the secret");
            else
                await visit.Tries(passphrase);
            Assert.Equal(Secret, await visit.Revealed());
        }
        async Task IsGone()
        {
            await visit.Sees("There is no secret here");
            Assert.DoesNotContain("first line", await visit.Page.ContentAsync(), Ordinal);
        }

        foreach (var passphrase in new[] { null, Steps.Passphrase })
        {
            await Reveal(passphrase);
            await visit.Page.ReloadAsync();
            await IsGone();

            await Reveal(passphrase);
            await visit.Follow("Reply with a secret");
            await visit.Sees("Share a secret");
            await Return(() => visit.Page.GoBackAsync());

            await Reveal(passphrase);
            await visit.Page.GoBackAsync();
            await IsGone();
            await Return(() => visit.Page.GoForwardAsync());
        }

        // Without script the page cannot replace itself in the history. Then the browser shows a page of its own, which asks whether to
        // send the form again. Sending it again is the same as a reload and reveals nothing.
        async Task Return(Func<Task> move)
        {
            if (script)
            {
                await move();
                await IsGone();
                return;
            }
            var asks = await Assert.ThrowsAsync<PlaywrightException>(move);
            Assert.Contains("ERR_CACHE_MISS", asks.Message, Ordinal);
            await Expect(visit.Page.GetByRole(AriaRole.Main)).ToHaveCountAsync(0);
            Assert.DoesNotContain("first line", await visit.Page.ContentAsync(), Ordinal);
        }
    }

    /// <summary>Browsers keep whole pages in the back-forward cache, even of answers with <c>no-store</c>.</summary>
    [Fact]
    public async Task A_page_in_the_back_forward_cache_holds_no_secret()
    {
        await using var server = await Serve();
        var visit = await Visit(server, keepsPages: true);
        await visit.Page.AddInitScriptAsync(
            """
            addEventListener('pageshow', event => {
                if (event.persisted) sessionStorage.kept = document.documentElement.outerHTML;
            }, { capture: true });
            """);
        await visit.Reveals($"/secret/{(await server.Conceal(Secret)).Key.Text}");
        await visit.Follow("Reply with a secret");
        await visit.Sees("Share a secret");
        await visit.Page.GoBackAsync();
        await visit.Sees("There is no secret here");
        var kept = await visit.Page.EvaluateAsync<string>("() => sessionStorage.kept");
        Assert.Contains("How it works", kept, Ordinal);
        Assert.DoesNotContain("first line", kept, Ordinal);
    }

    /// <summary>A second request would discard the answer to the first one, which alone contains the secret.</summary>
    [Fact]
    public async Task A_double_click_shows_the_secret_like_a_single_click()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, _) = await server.Conceal(Secret, Steps.Passphrase);
        await visit.Open($"/secret/{key.Text}");
        await visit.Field("Passphrase").FillAsync(Steps.Passphrase);
        await visit.Button("Show the secret").DblClickAsync();
        Assert.Equal(Secret, await visit.Revealed());
    }

    [Fact]
    public async Task A_revealed_secret_is_in_no_cache_and_in_no_storage_of_the_browser()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open($"/secret/{(await server.Conceal(Secret)).Key.Text}");
        var answer = await visit.Page.RunAndWaitForResponseAsync(
            () => visit.Press("Show the secret"), answer => answer.Request.Method is "POST");
        Assert.Equal(Secret, await visit.Revealed());
        Assert.Equal("no-store, no-transform", await answer.HeaderValueAsync("Cache-Control"));
        Assert.Empty(await visit.Page.EvaluateAsync<string[]>(
            """
            async () => {
                const cached = await fetch(location.href, { cache: 'only-if-cached', mode: 'same-origin' })
                    .then(answer => answer.ok ? 'cached' : '', () => '');
                const databases = await indexedDB.databases();
                return [
                    cached, ...await caches.keys(), ...databases.map(database => database.name),
                    ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie, JSON.stringify(history.state ?? ''),
                ].filter(kept => kept && kept !== '""');
            }
            """));
        Assert.DoesNotContain(
            "first line", await visit.Page.EvaluateAsync<string>("() => fetch(location.href).then(answer => answer.text())"), Ordinal);
        visit.Expects("ERR_CACHE_MISS");
    }

    [Theory, InlineData("/shared/{0}"), InlineData("/SECRET/{0}"), InlineData("/secret/{0}/")]
    public async Task Old_addresses_and_careless_spellings_lead_to_the_secret(string path)
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, _) = await server.Conceal(Secret, Steps.Passphrase);
        await visit.Open(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, key.Text));
        await visit.Tries("a wrong one");
        await visit.IsRefused("Passphrase", "That is not the passphrase");
        await visit.Tries(Steps.Passphrase);
        Assert.Equal(Secret, await visit.Revealed());
    }
}

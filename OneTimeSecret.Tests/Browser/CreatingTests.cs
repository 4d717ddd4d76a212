using Microsoft.Playwright;
using OneTimeSecret.Core.Secrets;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What a sender does on the home page.</summary>
public sealed class CreatingTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_text_box_has_the_focus_and_what_is_typed_is_shared()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await Expect(visit.Field("Your secret")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("typed blindly");
        await visit.Press("Create the link");
        Assert.Equal("typed blindly", await visit.Reveals(await visit.SharedLink()));
    }

    [Fact]
    public async Task The_link_has_the_chosen_lifetime()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        foreach (var (choice, amount, lifetime) in new[] { ("4 hours", null, 4), ("Another time …", "30", 30) })
        {
            await visit.Open("/");
            await visit.Field("Your secret").FillAsync("the value");
            await visit.Field("The link works for").SelectOptionAsync(choice);
            if (amount is not null)
            {
                await visit.Field("How many").FillAsync(amount);
                await visit.Field("Unit of time").SelectOptionAsync("hours");
            }
            await visit.Press("Create the link");
            await visit.SharedLink();
            var until = server.Clock.GetUtcNow().AddHours(lifetime);
            await Expect(visit.Page.Locator("dt:text('Works until') + dd time"))
                .ToHaveAttributeAsync("datetime", Steps.Starting($"{until:s}"));
        }
    }

    [Fact]
    public async Task A_password_can_be_made_again_and_the_one_shown_is_shared()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("30");
        await visit.Field("* $ ! ? ( )").UncheckAsync();
        await visit.Field("A–Z").UncheckAsync();
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[a-z2-9]{30}"));
        var first = await Password(visit).InnerTextAsync();
        await visit.Press("Another one");
        await Expect(Password(visit)).Not.ToHaveTextAsync(first);
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[a-z2-9]{30}"));
        var shown = await Password(visit).InnerTextAsync();
        await visit.Press("Create the link");
        Assert.Equal(shown, await visit.Reveals(await visit.SharedLink()));
    }

    /// <summary>The password that is shared is the one on the screen, however quickly the form is sent.</summary>
    [Fact]
    public async Task With_script_a_password_changes_with_its_options_and_the_one_shown_is_shared()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        var posts = new List<string>();
        visit.Page.Request += (_, request) =>
        {
            if (request.Method is "POST")
                posts.Add(request.Url);
        };
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("* $ ! ? ( )").UncheckAsync();
        await visit.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        Assert.Matches("^[A-Za-z0-9]{12}$", await Password(visit).InnerTextAsync());
        await Expect(visit.Field("* $ ! ? ( )")).ToBeFocusedAsync();
        await visit.Field("Length").FillAsync("14");
        var shown = await Password(visit).InnerTextAsync();
        Assert.Matches("^[A-Za-z0-9]{14}$", shown);
        await visit.Press("Another one");
        await Expect(Password(visit)).Not.ToHaveTextAsync(shown);
        await visit.Field("Length").FillAsync("40");
        shown = await Password(visit).InnerTextAsync();
        Assert.Empty(posts);
        await visit.Field("Length").PressAsync("Enter");
        var link = await visit.SharedLink();
        await Expect(visit.Page.GetByText("The password that was made")).ToHaveCountAsync(0);
        Assert.Equal((40, shown), (shown.Length, await visit.Reveals(link)));
    }

    [Fact]
    public async Task Without_script_a_password_is_made_with_the_chosen_options_and_its_receipt_shows_it_once()
    {
        await using var server = await Serve();
        var visit = await Visit(server, script: false);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("14");
        await visit.Field("Length").PressAsync("Enter");
        var link = await visit.SharedLink();
        var shown = await visit.Page.Locator("#made").InnerTextAsync();
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator("#made")).ToHaveCountAsync(0);
        Assert.Equal((14, shown), (shown.Length, await visit.Reveals(link)));
    }

    /// <summary>Makes passwords with every combination of options, so many that each possible character occurs.</summary>
    [Fact]
    public async Task Passwords_made_by_the_browser_use_the_servers_characters_and_fit_its_recipe()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await Expect(visit.Page.Locator("html.script")).ToHaveCountAsync(1);
        var made = await visit.Page.EvaluateAsync<string[][]>(
            """
            () => {
                const [length, password] = ['length', 'password'].map(id => document.getElementById(id));
                const boxes = [...document.querySelectorAll('.kinds input')];
                const make = of => {
                    length.value = of;
                    length.dispatchEvent(new Event('input', { bubbles: true }));
                    return password.textContent;
                };
                return [...Array(1 << boxes.length).keys()].map(sets => {
                    boxes.forEach((box, at) => { box.checked = (sets >> at & 1) === 1; });
                    return [1, 2, 3, 4, 5, ...Array(30).fill(128)].map(make);
                });
            }
            """);
        var kinds = Enum.GetValues<CharacterSets>().Where(set => int.IsPow2((int)set)).ToList();
        for (var sets = 0; sets < made.Length; sets++)
        {
            var recipe = new PasswordRecipe(1, (CharacterSets)sets);
            Assert.All(made[sets], password => Assert.True((recipe with { Length = password.Length }).Fits(password), password));
            Assert.Equal([1, 2, 3, 4, 5, .. Enumerable.Repeat(128, 30)], made[sets].Select(password => password.Length));
            var servers = Enumerable.Range(0, 30).SelectMany(_ => (recipe with { Length = 128 }).Make());
            Assert.Equal(servers.ToHashSet().Order(), made[sets].SelectMany(password => password).ToHashSet().Order());
        }
        Assert.Equal(1 << kinds.Count, made.Length);
    }

    /// <summary>2³² is not a multiple of 26. The numbers beyond the last multiple would make some letters likelier (modulo bias).</summary>
    [Fact]
    public async Task The_browser_discards_random_numbers_that_would_make_some_characters_likelier()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        foreach (var kind in new[] { "A–Z", "0–9", "* $ ! ? ( )", "No look-alikes (l, 1, O, 0)" })
            await visit.Field(kind).UncheckAsync();
        await visit.Page.EvaluateAsync(
            """
            () => {
                const numbers = [2 ** 32 - 1, 2 ** 32 - 22, 2 ** 32 - 23]; // 2 ** 32 - 22 is the last whole multiple
                crypto.getRandomValues = words => words.fill(numbers.shift());
            }
            """);
        await visit.Field("Length").FillAsync("1");
        await Expect(Password(visit)).ToHaveTextAsync("z");
    }

    [Fact]
    public async Task A_form_without_its_cookie_returns_filled_in_and_asks_for_the_passphrase_again()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync("\n the value \n");
        await visit.Field("The link works for").SelectOptionAsync("1 hour");
        await visit.Press("Make one");
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Press("Create the link");
        await visit.IsRefused("Passphrase (optional)", "This page was open too long or its cookie is gone");
        await Expect(visit.Field("Your secret")).ToHaveValueAsync("\n the value \n");
        await Expect(visit.Field("The link works for")).ToHaveValueAsync("3600");
        await visit.Field("Passphrase (optional)").FillAsync(Steps.Passphrase);
        await visit.Press("Create the link");
        await visit.Open(await visit.SharedLink());
        await visit.Tries(Steps.Passphrase);
        Assert.Equal("\n the value \n", await visit.Revealed());
    }

    /// <summary>An invalid field in the hidden tab must not make the button do nothing.</summary>
    [Fact]
    public async Task A_mistake_in_the_other_tab_does_not_keep_a_secret_from_being_shared()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("500");
        await visit.Page.GetByText("I have a secret").ClickAsync();
        await visit.Field("Your secret").FillAsync("the value");
        await visit.Press("Create the link");
        await visit.SharedLink();
    }

    [Fact]
    public async Task A_generated_passphrase_is_shown_and_needed_to_open_the_secret()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync("\nthe value");
        await visit.Press("Make one");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Whole("[^ ]{12}"));
        await Expect(visit.Field("Passphrase (optional)")).ToHaveAttributeAsync("type", "text");
        var made = await visit.Field("Passphrase (optional)").InputValueAsync();
        await visit.Press("Create the link");
        var link = await visit.SharedLink();
        await Expect(visit.Page.GetByText("The recipient also needs the passphrase")).ToBeVisibleAsync();

        await visit.Open(link);
        await visit.Tries(made);
        Assert.Equal("\nthe value", await visit.Revealed());
    }

    [Fact]
    public async Task A_mistake_is_shown_at_its_field_which_has_the_focus_and_no_input_is_lost()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync("\n the value \n");
        await visit.Field("Passphrase (optional)").FillAsync("abc");
        await visit.Field("The link works for").SelectOptionAsync("1 hour");
        await visit.Press("Create the link");

        await Expect(visit.Alert()).ToHaveTextAsync("A passphrase has at least 4 characters. Add some, or leave the field empty.");
        await Expect(visit.Field("Passphrase (optional)")).ToBeFocusedAsync();
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync("abc");
        await visit.Page.Keyboard.PressAsync("End");
        await visit.Page.Keyboard.TypeAsync("d");
        await Expect(visit.Field("The link works for")).ToHaveValueAsync("3600");
        await visit.Press("Create the link");
        await visit.Open(await visit.SharedLink());
        await visit.Tries("abcd");
        Assert.Equal("\n the value \n", await visit.Revealed());
    }

    [Fact]
    public async Task With_script_the_bytes_are_counted_and_too_many_are_announced()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await Expect(visit.Page.Locator("#secret-count")).ToHaveTextAsync("0 of 10,000 bytes");
        await visit.Field("Your secret").FillAsync("a🔑\n");
        await Expect(visit.Page.Locator("#secret-count")).ToHaveTextAsync("6 of 10,000 bytes");
        await visit.Field("Your secret").FillAsync(new string('x', 10_003));
        await Expect(visit.Page.Locator("#secret-count")).ToHaveTextAsync("3 bytes too many: at most 10,000 fit");
        await Expect(visit.Announcement()).ToHaveTextAsync("3 bytes too many: at most 10,000 fit");
    }

    [Fact]
    public async Task A_secret_that_is_too_large_stays_in_its_box_to_be_shortened()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync(new string('x', 10_003));
        await visit.Field("The link works for").SelectOptionAsync("1 hour");
        await visit.Press("Create the link");
        await Expect(visit.Page.GetByText("3 bytes too many").First).ToBeVisibleAsync();
        await Expect(visit.Field("Your secret")).ToBeFocusedAsync();
        await Expect(visit.Field("Your secret")).ToHaveValueAsync(new string('x', 10_003));
        await visit.Field("Your secret").FillAsync(new string('x', 10_000));
        await visit.Press("Create the link");
        await visit.SharedLink();
        await Expect(visit.Page.GetByText("60 minutes left")).ToBeVisibleAsync();
    }

    private static ILocator Password(Visit visit) => visit.Page.Locator("#password");
}

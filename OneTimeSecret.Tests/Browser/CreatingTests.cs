using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The first page in the hands of a sender who is in a hurry.</summary>
public sealed class CreatingTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_cursor_waits_in_the_text_box_and_what_is_typed_there_is_shared()
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
    public async Task The_link_works_for_as_long_as_was_chosen()
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
    public async Task A_password_is_made_until_one_pleases_and_the_one_shown_is_shared()
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

    /// <summary>What is shared is what was seen, however quickly somebody is done.</summary>
    [Fact]
    public async Task With_script_a_password_is_made_anew_as_soon_as_it_is_to_be_another()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("40");
        await visit.Field("Length").PressAsync("Tab");
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[^ ]{40}"));
        await visit.Field("* $ ! ? ( )").UncheckAsync();
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[A-Za-z0-9]{40}"));
        await Expect(visit.Field("* $ ! ? ( )")).ToBeFocusedAsync();
        await Expect(visit.Announcement()).ToHaveTextAsync(await Password(visit).InnerTextAsync());
    }

    [Fact]
    public async Task The_button_that_is_pressed_while_a_password_is_being_made_anew_is_not_pulled_away()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("40");
        await visit.Button("Create the link").HoverAsync();
        await visit.Page.Mouse.DownAsync(); // the field has changed once it has lost the cursor
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[^ ]{40}"));
        await visit.Page.Mouse.UpAsync();
        await visit.SharedLink();
    }

    [Fact]
    public async Task What_is_typed_while_a_password_is_being_made_is_kept()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await visit.Page.RouteAsync("**/", async route =>
        {
            asked.SetResult();
            await go.Task;
            await route.ContinueAsync();
        });
        await visit.Page.GetByText("Make a password").ClickAsync();
        var before = await Password(visit).InnerTextAsync();
        await visit.Press("Another one");
        await asked.Task;
        await visit.Field("Passphrase (optional)").FillAsync(Steps.Passphrase);
        await visit.Field("The link works for").SelectOptionAsync("1 hour");
        go.SetResult();
        await Expect(Password(visit)).Not.ToHaveTextAsync(before);
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Passphrase);
        await Expect(visit.Field("The link works for")).ToHaveValueAsync("3600");
    }

    [Fact]
    public async Task Of_two_passwords_that_come_in_the_wrong_order_the_one_asked_for_last_stays()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        var (held, go) = (new TaskCompletionSource<IRoute>(), new TaskCompletionSource());
        await visit.Page.RouteAsync("**/", async route =>
        {
            if (held.TrySetResult(route))
                await go.Task;
            await route.ContinueAsync();
        });
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Press("Another one");
        await held.Task;
        await visit.Field("Length").FillAsync("40");
        await visit.Field("Length").PressAsync("Tab");
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[^ ]{40}"));
        var late = visit.Page.WaitForResponseAsync(answer => answer.Request.Method is "POST");
        go.SetResult();
        await (await late).FinishedAsync();
        await visit.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[^ ]{40}"));
        await Expect(visit.Field("Length")).ToHaveValueAsync("40");
    }

    [Fact]
    public async Task What_cannot_be_made_in_place_is_asked_for_as_without_script()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.RouteAsync("**/", route => route.Request.IsNavigationRequest ? route.ContinueAsync() : route.AbortAsync());
        visit.Expects("ERR_FAILED");
        await visit.Press("Make one");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Whole("[^ ]{12}"));
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Press("Make one");
        await visit.Sees("This form could not be taken");
    }

    [Fact]
    public async Task Without_another_look_a_password_that_was_to_be_another_is_shown_before_it_is_shared()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Field("Length").FillAsync("14");
        await visit.Field("Length").PressAsync("Enter");
        await Expect(visit.Alert()).ToContainTextAsync("here is a new one");
        await Expect(visit.Field("Length")).ToBeFocusedAsync();
        await Expect(Password(visit)).ToHaveTextAsync(Steps.Whole("[^ ]{14}"));
        var shown = await Password(visit).InnerTextAsync();
        await visit.Press("Create the link");
        Assert.Equal(shown, await visit.Reveals(await visit.SharedLink()));
    }

    [Fact]
    public async Task A_passphrase_is_made_and_shown_and_needed()
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
    public async Task A_mistake_is_shown_at_its_field_which_has_the_cursor_and_nothing_typed_is_lost()
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

    [Fact]
    public async Task Making_something_in_place_takes_no_secret_to_the_server()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Field("Your secret").FillAsync("not yet to be sent");
        var asked = await visit.Page.RunAndWaitForRequestAsync(() => visit.Press("Make one"), request => request.Method is "POST");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Whole("[^ ]{12}"));
        Assert.DoesNotContain("not", asked.PostData, StringComparison.Ordinal);
        await Expect(visit.Field("Your secret")).ToHaveValueAsync("not yet to be sent");
    }

    private static ILocator Password(Visit visit) => visit.Page.Locator("#password");
}

using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The sender destroys a secret before it is opened.</summary>
public sealed class BurningTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task A_secret_is_destroyed_from_its_receipt()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var link = await visit.Conceals("a mistake");

        await visit.Follow("Destroy it unread");
        await visit.Sees("Destroy this secret unread?");
        await visit.Follow("Keep it");
        await visit.Sees("Your link is ready");
        await visit.Follow("Destroy it unread");
        await visit.Press("Destroy it");

        await visit.Sees("Your secret was destroyed unread");
        await visit.Page.ReloadAsync();
        await visit.Sees("Your secret was destroyed unread");
        await visit.FindsNothing(link);
    }

    [Fact]
    public async Task A_secret_with_a_passphrase_is_destroyed_only_with_the_passphrase()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var link = await visit.Conceals("a mistake", Steps.Passphrase);

        await visit.Follow("Destroy it unread");
        await Expect(visit.Field("Its passphrase")).ToBeFocusedAsync();
        await Burn(visit, "a wrong one");
        await visit.IsRefused("Its passphrase", "That is not the passphrase. Nothing is lost");
        await Burn(visit, Steps.Passphrase);
        await visit.Sees("Your secret was destroyed unread");
        await visit.FindsNothing(link);
    }

    [Fact]
    public async Task Five_wrong_passphrases_keep_a_secret_from_being_destroyed_for_half_an_hour()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Conceals("a mistake", Steps.Passphrase);
        await visit.Follow("Destroy it unread");
        for (var i = 0; i < 5; i++)
        {
            await Burn(visit, "a wrong one");
            await visit.IsRefused("Its passphrase", "That is not the passphrase");
        }

        await Burn(visit, Steps.Passphrase);
        await visit.IsRefused("Its passphrase", "Too many wrong passphrases. Nothing was destroyed; try again after");
        await Expect(visit.Alert().Locator("time")).ToHaveAttributeAsync("datetime", Steps.InHalfAnHour(server));
        server.Clock.Advance(TimeSpan.FromMinutes(30));
        await Burn(visit, Steps.Passphrase);
        await visit.Sees("Your secret was destroyed unread");
    }

    [Fact]
    public async Task A_secret_that_was_opened_meanwhile_is_not_destroyed_and_the_receipt_says_so()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, metadata) = await server.Conceal("a mistake");
        await visit.Open($"/private/{metadata.Text}/burn");
        Assert.Equal("a mistake", (await server.TryReveal(key)).Value());
        await visit.Press("Destroy it");
        await visit.Sees("Your secret was opened");
    }

    [Fact]
    public async Task The_old_addresses_of_the_receipt_and_burn_pages_still_work()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (key, metadata) = await server.Conceal("a mistake");
        await visit.Open($"/private/{metadata.Text}");
        Assert.Equal($"{server.Origin}/secret/{key.Text}", await visit.SharedLink());
        await visit.Open($"/private/{metadata.Text}/burn");
        await visit.Press("Destroy it");
        await visit.Sees("Your secret was destroyed unread");
    }

    private static async Task Burn(Visit visit, string passphrase)
    {
        await visit.Field("Its passphrase").FillAsync(passphrase);
        await visit.Press("Destroy it");
    }
}

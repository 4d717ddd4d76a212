using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Storage;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Every public page in every state that people can reach, on every screen, in light and dark colours.</summary>
public sealed class LooksTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_home_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve("--Limits:Creates=2");
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Looks("home");
        await visit.Field("The link works for").SelectOptionAsync("Another time …");
        await visit.Field("How many").FillAsync("9");
        await visit.Field("Your secret").FillAsync("a value");
        await visit.Looks("home-custom");
        await Fails(visit, "Choose a whole number", "home-bad-lifetime");

        await visit.Open("/");
        await Fails(visit, "There is nothing to share yet", "home-nothing");
        await visit.Field("Your secret").FillAsync(string.Concat(Enumerable.Repeat("many bytes\n", 1000)));
        await visit.Looks("home-over");
        await visit.Field("Your secret").FillAsync("a value");
        await visit.Field("Passphrase (optional)").FillAsync("abc");
        await Fails(visit, "A passphrase has at least 4 characters", "home-short-passphrase");
        await visit.Press("Make one");
        await Expect(visit.Field("Passphrase (optional)")).ToHaveValueAsync(Steps.Whole("[^ ]{12}"));
        await visit.Looks("home-passphrase");
        await Fails(visit, "Too many requests came from your address", "home-too-often");
    }

    [Fact]
    public async Task The_password_generator_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open("/");
        await visit.Page.GetByText("Make a password").ClickAsync();
        await visit.Looks("home-password");
        await visit.Field("Length").FillAsync("128");
        await visit.Field("Length").PressAsync("Tab");
        await Expect(visit.Page.Locator("#password")).ToHaveTextAsync(Steps.Whole("[^ ]{128}"));
        await visit.Looks("home-password-long");
        await visit.Field("Length").FillAsync("0");
        await visit.Field("Length").PressAsync("Enter");
        await Expect(visit.Alert()).ToContainTextAsync("The length is a whole number from 1 to 128.");
        await visit.Looks("home-bad-length");
        // As a browser without script sends it.
        await visit.Page.EvaluateAsync("() => { document.querySelector('[name=\"Input.Password\"]').value = ''; }");
        await visit.Field("Length").EvaluateAsync("field => { field.value = 64; }");
        await visit.Press("Create the link");
        await visit.SharedLink();
        await visit.Looks("receipt-made");
    }

    [Fact]
    public async Task The_receipt_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve("--Limits:LiftsInAll=1", "--Limits:TriesPerClient=1");
        var visit = await Visit(server);
        var plain = await server.Conceal("a value");
        await Receipt(visit, plain.Metadata.Text, "new");
        await visit.Page.GetByText("Show as QR code").ClickAsync();
        await visit.Looks("receipt-qr");
        using (await Clipboard.Take())
        {
            await visit.PressWithScript("Copy the link");
            await Expect(visit.Button("Copied")).ToBeVisibleAsync();
        }
        await visit.Looks("receipt-copied");

        var guarded = await server.Conceal("a value", Steps.Passphrase);
        await Receipt(visit, guarded.Metadata.Text, "passphrase");
        await server.Spend(guarded.Key, 1);
        await Receipt(visit, guarded.Metadata.Text, "locked-client");
        await visit.Press("Allow more tries");
        await Expect(visit.Page.GetByText("More tries are allowed now.")).ToBeVisibleAsync();
        await visit.Looks("receipt-lifted");
        await Receipt(visit, guarded.Metadata.Text, "wrong-tries");
        await server.Spend(guarded.Key, 19);
        await Receipt(visit, guarded.Metadata.Text, "lifts-exhausted");
        var locked = await server.Conceal("a value", Steps.Passphrase);
        await server.Spend(locked.Key, 20);
        await Receipt(visit, locked.Metadata.Text, "locked");

        await server.TryReveal(plain.Key);
        await Receipt(visit, plain.Metadata.Text, "received");
        await server.TryBurn(guarded.Metadata, Steps.Passphrase);
        await Receipt(visit, guarded.Metadata.Text, "burned");
        var orphan = await server.Conceal("a value");
        await using (var db = server.Database())
            await db.Secrets.Where(secret => secret.ReceiptId == orphan.Metadata.Id).ExecuteDeleteAsync();
        await Receipt(visit, orphan.Metadata.Text, "orphaned");
        server.Clock.Advance(TimeSpan.FromDays(7));
        await Receipt(visit, locked.Metadata.Text, "expired");
        server.Clock.Advance(TimeSpan.FromDays(7));
        await Receipt(visit, locked.Metadata.Text, "gone", 404);
    }

    [Fact]
    public async Task The_burn_page_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Open($"/receipt/{(await server.Conceal("a value")).Metadata.Text}/burn");
        await visit.Looks("burn");
        var (key, metadata) = await server.Conceal("a value", Steps.Passphrase);
        await visit.Open($"/receipt/{metadata.Text}/burn");
        await visit.Looks("burn-passphrase");
        await Burn("That is not the passphrase", "burn-wrong");
        await server.Spend(key, 19, use: PassphraseUse.Burn);
        await Burn("Too many wrong passphrases. Nothing was destroyed", "burn-locked");
        server.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(20));
        await server.Spend(key, 20, use: PassphraseUse.Burn);
        await Burn("Too many wrong passphrases. It cannot be destroyed any more", "burn-locked-for-good");

        async Task Burn(string because, string state)
        {
            await visit.Field("Its passphrase").FillAsync("a wrong one");
            await visit.Press("Destroy it");
            await visit.IsRefused("Its passphrase", because);
            await visit.Looks(state);
        }
    }

    [Fact]
    public async Task The_secret_page_before_the_reveal_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve("--Limits:TriesInAll=40");
        var visit = await Visit(server);
        await visit.Open($"/secret/{(await server.Conceal("a value")).Key.Text}");
        await visit.Looks("secret");
        var key = (await server.Conceal("a value", Steps.Passphrase)).Key;
        await visit.Open($"/secret/{key.Text}");
        await visit.Looks("secret-passphrase");
        await visit.Tries("a wrong one");
        await visit.IsRefused("Passphrase", "That is not the passphrase");
        await visit.Looks("secret-wrong");
        await server.Spend(key, 19);
        await visit.Page.ReloadAsync();
        await visit.IsRefused("Passphrase", "Too many wrong passphrases. Nothing is lost; come back after");
        await visit.Looks("secret-locked");
        server.Clock.Advance(TimeSpan.FromDays(1));
        await server.Spend(key, 20);
        await visit.Page.ReloadAsync();
        await visit.IsRefused("Passphrase", "Too many wrong passphrases. Nothing is lost yet; ask the sender");
        await visit.Looks("secret-locked-for-good");
        await visit.FindsNothing($"/secret/{new string('a', 31)}");
        await visit.Looks("secret-gone");
        await visit.Open("/secret/nothing", 404);
        await visit.Sees("This link is not complete");
        await visit.Looks("secret-incomplete");
    }

    public static readonly TheoryData<string, string> Values = new()
    {
        { "one", "x" },
        { "right-to-left", "שלום עולם\nסיסמה: abc-123!\nمرحبا" },
        { "lines", string.Join('\n', Enumerable.Range(1, 200).Select(i => $"{i,3} as long as lines are in many a note")) },
        { "unbroken", new string('W', 10_000) },
        { "markup", "<h1>A heading</h1><script>alert(1)</script>\n&lt;b&gt; <img src=x onerror=alert(2)> ]]> -->" },
        { "unshown", "a\0b\uFFFE" },
    };

    [Fact]
    public async Task The_secret_page_after_the_reveal_fits_every_screen_and_is_accessible()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        foreach (var (name, value) in Values.Select(row => row.Data))
        {
            await visit.Reveals($"/secret/{(await server.Conceal(value)).Key.Text}");
            await visit.Looks($"revealed-{name}");
        }
        await visit.Page.GetByText("Hide").ClickAsync();
        await Expect(visit.Value()).ToBeHiddenAsync();
        await visit.Looks("revealed-hidden");
    }

    [Fact]
    public async Task Error_pages_and_stale_forms_fit_every_screen_and_are_accessible()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(
            null, faults.Attach, "--Limits:Reveals=2", "--Passphrases:Concurrency=1", "--Passphrases:QueueLength=0");
        var visit = await Visit(server);
        await visit.Open("/no-such-page", 404);
        await Problem("There is no such page", "not-found");

        await visit.Open("/");
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Press("Create the link");
        await Expect(visit.Alert()).ToContainTextAsync("This page was open too long");
        await visit.Looks("home-stale");
        await visit.Open("/signin");
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle); // the page asks for passkeys, with its cookies
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Field("E-mail address").FillAsync("a@example.com");
        await visit.Field("Password").FillAsync("a password");
        await visit.Press("Sign in");
        await Problem("This form could not be taken", "bad-form");
        foreach (var (passphrase, state) in new[] { (null, "secret-stale"), (Steps.Passphrase, "secret-stale-passphrase") })
        {
            await visit.Open($"/secret/{(await server.Conceal("a value", passphrase)).Key.Text}");
            await visit.Page.Context.ClearCookiesAsync();
            await (passphrase is null ? visit.Press("Show the secret") : visit.Tries(passphrase));
            await Expect(visit.Alert()).ToContainTextAsync("This page was open too long");
            await visit.Looks(state);
        }

        var guarded = (await server.Conceal("a value", Steps.Passphrase)).Key.Text;
        await visit.Open($"/secret/{guarded}");
        using (await server.HashingSlot())
        {
            await visit.Tries(Steps.Passphrase);
            await Problem("The server is busy", "busy");
        }
        var key = (await server.Conceal("a value")).Key.Text;
        await server.Damage();
        await Show(key);
        await Problem("Something went wrong", "fault");
        await Show(key);
        await Problem("That was a little too often", "rate-limited");
        faults.Failing = "Secrets";
        await visit.Open($"/secret/{key}", 503);
        await Problem("The server is being looked after", "maintenance");

        async Task Show(string secret)
        {
            await visit.Open($"/secret/{secret}");
            await visit.Press("Show the secret");
        }

        async Task Problem(string title, string state)
        {
            await visit.Sees(title);
            await visit.Page.WaitForLoadStateAsync(LoadState.Load); // its styles too
            await visit.Looks($"problem-{state}");
        }
    }

    private static async Task Receipt(Visit visit, string metadata, string state, int status = 200)
    {
        await visit.Open($"/receipt/{metadata}", status);
        await visit.Looks($"receipt-{state}");
    }

    private static async Task Fails(Visit visit, string message, string state)
    {
        await visit.Press("Create the link");
        await Expect(visit.Alert()).ToContainTextAsync(message);
        await visit.Looks(state);
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Authenticator apps and passkeys in a real browser. Passkeys are on the browser's virtual authenticator.</summary>
public sealed class SecondFactorTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task An_authenticator_app_can_be_set_up_and_its_codes_sign_in()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server);
        await visit.SignsIn("/account/security");
        await visit.Follow("Set up an authenticator app");
        var key = await visit.ScansKey();
        await visit.Field("Code that the app shows now").FillAsync(server.WrongCode(key));
        await visit.Press("Confirm");
        await visit.IsRefused("Code that the app shows now", "This is not the code of this key.");
        await visit.Field("Code that the app shows now").FillAsync(server.Code(key));
        await visit.Press("Confirm");
        await visit.Sees("The app is set up");
        var codes = (await visit.Page.Locator("#codes").InnerTextAsync()).Split('\n');
        Assert.Equal(10, codes.Length);
        var file = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Follow("Save as file"));
        Assert.Contains(codes[9], await File.ReadAllTextAsync((await file.PathAsync())!), StringComparison.Ordinal);
        using (await Clipboard.Take())
        {
            await visit.PressWithScript("Copy the codes");
            await Expect(visit.Announcement()).ToHaveTextAsync("Copied");
            Assert.Equal(string.Join('\n', codes), await Clipboard.Read(visit.Page));
        }
        await visit.Follow("I have kept them");
        await Expect(visit.Page.GetByText("10 are left.")).ToBeVisibleAsync();
        await visit.SignsOut();

        server.NextCode();
        await visit.SignsIn("/account/security");
        await visit.Sees("Prove that it is you");
        await visit.Field("Code of your authenticator app, or a recovery code").FillAsync(server.WrongCode(key));
        await visit.Press("Go on");
        await visit.IsRefused("Code of your authenticator app, or a recovery code", "This code is wrong");
        await visit.Field("Code of your authenticator app, or a recovery code").FillAsync(server.Code(key));
        await visit.Press("Go on");
        await visit.Sees("Security");
    }

    [Fact]
    public async Task Recovery_codes_are_not_shown_again_after_a_reload()
    {
        await using var server = await Serve();
        var (_, key, _) = await server.AddAccountWithApp();
        var visit = await Visit(server, keepsPages: true);
        await visit.SignsIn("/account/security/codes");
        await visit.Field("Code of your authenticator app, or a recovery code").FillAsync(server.Code(key));
        await visit.Press("Go on");
        await visit.Press("Make new ones");
        await Expect(visit.Page.Locator("#codes")).ToBeVisibleAsync();
        await visit.Page.WaitForLoadStateAsync(); // its script has run by then
        await visit.Page.ReloadAsync();
        await Expect(visit.Button("Make new ones")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("#codes")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_passkey_can_be_added_and_signs_in()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security");
        await visit.AddsPasskey("My key");
        await Expect(visit.Page.GetByText("My key")).ToBeVisibleAsync();
        await visit.Field("Name").FillAsync("Once more");
        await visit.Press("Add a passkey");
        await Expect(visit.Alert()).ToHaveTextAsync("This device has a passkey for your account already.");
        await visit.SignsOut();
        await SignsInByPasskey(visit);
        await visit.Sees("Security");
    }

    [Fact]
    public async Task A_passkey_counts_as_a_second_factor_and_as_a_proof_of_identity()
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security");
        await Expect(visit.Page.GetByText("Whoever runs this server asks everybody")).ToBeVisibleAsync();
        await visit.AddsPasskey("My key");
        await visit.SignsOut();
        // Otherwise the browser would offer the passkey by itself before the form is sent.
        await visit.Page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await visit.SignsIn("/account/security");
        await visit.Sees("Prove that it is you");
        await visit.Press("Use a passkey");
        await visit.Sees("Security");
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        await visit.Open("/account/security");
        await visit.Sees("Confirm that it is you");
        await visit.Press("Use a passkey");
        await visit.Sees("Security");
    }

    [Fact]
    public async Task The_browser_offers_passkeys_in_the_address_field_of_the_sign_in_page()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security");
        await visit.AddsPasskey("My key");
        await visit.SignsOut();
        await visit.Page.GotoAsync(visit.Address("/signin?back=/account/security")); // an authenticator that needs no touch answers at once
        await visit.Sees("Security");
    }

    [Fact]
    public async Task A_passkey_of_a_deleted_account_is_refused()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security");
        await visit.AddsPasskey("My key");
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.Deleted, server.Clock.GetUtcNow()));
        await SignsInByPasskey(visit);
        await Expect(visit.Alert()).ToContainTextAsync("The passkey was not accepted.");
        await Expect(visit.Button("Sign in with a passkey")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task An_authenticator_that_does_not_verify_the_user_is_refused()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn(verifies: false);
        await visit.SignsIn("/account/security");
        await visit.Press("Add a passkey");
        await Expect(visit.Alert()).ToHaveTextAsync("Nothing came from your device. Try again.");
        await Expect(visit.Button("Add a passkey")).ToBeFocusedAsync();
        await using var db = server.Database();
        Assert.False(await db.UserPasskeys.AnyAsync());
    }

    [Fact]
    public async Task Adding_a_passkey_at_an_IP_address_shows_an_error()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server);
        await visit.SignsIn("/account/security");
        await visit.Press("Add a passkey");
        await Expect(visit.Alert()).ToBeVisibleAsync();
    }

    private static async Task SignsInByPasskey(Visit visit)
    {
        await visit.Page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await visit.Page.Context.ClearCookiesAsync();
        await visit.Open("/signin?back=/account/security");
        await visit.Press("Sign in with a passkey");
    }
}

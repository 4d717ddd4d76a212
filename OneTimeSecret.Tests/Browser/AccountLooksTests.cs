using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>The sign-in and security pages of an account in every state, on every screen, in light and dark colours.</summary>
public sealed class AccountLooksTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string LongName = "A very long name of a passkey, as long as names may well be…";

    [Fact]
    public async Task Security_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true");
        var account = await server.AddAccount("somebody.with.a.rather.long.name@subsidiary.example.com");
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security", account.Email!);
        await visit.Looks("security-lacking");
        await visit.AddsPasskey(LongName);
        await visit.Looks("security-passkey-added");
        await visit.Press("Add a passkey");
        await Expect(visit.Alert()).ToBeVisibleAsync();
        await visit.Looks("security-passkey-known");
        await visit.Follow($"Rename or remove {LongName}");
        await Expect(visit.Button("Remove the passkey")).ToBeVisibleAsync();
        await visit.Looks("security-passkey");
        await visit.Press("Remove the passkey");
        await Expect(visit.Alert()).ToContainTextAsync("this is the last one");
        await visit.Looks("security-passkey-needed");
        await visit.Field("Name").FillAsync(" ");
        await visit.Press("Rename");
        await Expect(visit.Field("Name")).ToHaveAccessibleDescriptionAsync("A name has 1 to 60 characters.");
        await visit.Looks("security-passkey-bad-name");
        await visit.Field("Name").FillAsync("Short");
        await visit.Press("Rename");
        await Expect(visit.Page.GetByText("The passkey has its new name.")).ToBeFocusedAsync();

        string[] browsers = ["Firefox, Linux", "Safari, iPhone", "Samsung Internet, Android", "an unknown browser"];
        for (var i = 0; i < 30; i++)
            await server.Get<OpenSession>().Run(
                account.Id, stamp: null, new Caller("192.0.2.1") { Browser = browsers[i % 4] }, stays: true, [], CancellationToken.None);
        await visit.Open("/account/security");
        await visit.Looks("security-sessions");
        await visit.Press("End all others");
        await Expect(visit.Page.GetByText("All other sessions are ended.")).ToBeFocusedAsync();
        await visit.Looks("security-alone");
    }

    [Fact]
    public async Task Authenticator_app_and_recovery_code_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve("--Accounts:RequireSecondFactor=true", "--Brand:Name=The vault of the Example company");
        await server.AddAccount();
        var visit = await Visit(server);
        await visit.SignsIn("/account/security/app");
        await visit.Looks("security-app");
        var key = await visit.ScansKey();
        await visit.Field("Code that the app shows now").FillAsync(server.WrongCode(key));
        await visit.Press("Confirm");
        await visit.IsRefused("Code that the app shows now", "This is not the code of this key.");
        await visit.Looks("security-app-wrong");
        await visit.Field("Code that the app shows now").FillAsync(server.Code(key));
        await visit.Press("Confirm");
        await visit.Sees("The app is set up");
        await visit.Looks("security-codes-new");
        await visit.Open("/account/security");
        await visit.Looks("security-app-on");
        await visit.Open("/account/security/codes");
        await visit.Looks("security-codes");
        await visit.Open("/account/security/app");
        await visit.Looks("security-app-replace");
        await visit.Press("Remove the app");
        await Expect(visit.Alert()).ToContainTextAsync("this is the last one");
        await visit.Looks("security-app-needed");
    }

    [Fact]
    public async Task Sign_in_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve("--Limits:CodesPerDay=1");
        var account = await server.AddAccount();
        var visit = await Visit(server, byName: true);
        await visit.PlugsIn();
        await visit.SignsIn("/account/security");
        await visit.AddsPasskey("My key");
        await visit.Open("/account/security/app");
        var key = await visit.ScansKey();
        await visit.Field("Code that the app shows now").FillAsync(server.Code(key));
        await visit.Press("Confirm");
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        await visit.Open("/account/security");
        await visit.Sees("Confirm that it is you");
        await visit.Looks("signin-again");
        await visit.Field("Password").FillAsync("a wrong one");
        await visit.Press("Go on");
        await visit.IsRefused("Password", "The password is wrong.");
        await visit.Looks("signin-again-wrong");
        await visit.SignsOut();

        await visit.Page.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false");
        await visit.SignsIn("/account/security");
        await visit.Looks("signin-code");
        await visit.Field("Code of your authenticator app, or a recovery code").FillAsync(server.WrongCode(key));
        await visit.Press("Go on");
        await visit.IsRefused("Code of your authenticator app, or a recovery code", "This code is wrong");
        await visit.Looks("signin-code-wrong");
        await visit.Field("Code of your authenticator app, or a recovery code").FillAsync(server.Code(key));
        await visit.Press("Go on");
        await visit.IsRefused("Code of your authenticator app, or a recovery code", "There were too many wrong codes today.");
        await visit.Looks("signin-code-too-many");

        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == account.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.Deleted, server.Clock.GetUtcNow()));
        await visit.Press("Use a passkey");
        await Expect(visit.Alert()).ToContainTextAsync("The passkey was not accepted.");
        await visit.Looks("signin-code-passkey-refused");
        await visit.Open("/signin");
        await visit.Looks("signin");
        await visit.Press("Sign in with a passkey");
        await Expect(visit.Alert()).ToContainTextAsync("The passkey was not accepted.");
        await visit.Looks("signin-passkey-refused");
    }

    [Fact]
    public async Task Sign_in_and_security_pages_without_script_fit_every_screen()
    {
        await using var server = await Serve();
        await server.AddAccount();
        var visit = await Visit(server, script: false);
        await visit.Open("/signin");
        await visit.Looks("signin-no-script");
        await visit.SignsIn("/account/security");
        await Expect(visit.Page.GetByText("Adding a passkey needs a script")).ToBeVisibleAsync();
        await Expect(visit.Button("Add a passkey")).ToBeHiddenAsync();
        await visit.Looks("security-no-script");
    }
}

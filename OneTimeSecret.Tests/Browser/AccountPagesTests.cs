using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Mail;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What people do on the pages of their accounts, and how these pages look in every state.</summary>
public sealed class AccountPagesTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string LongEmail = "a.person.with.a.rather.long.name+and-a-detail@department.of.long.names.example.com";

    private static readonly string LongName = string.Concat(Enumerable.Repeat("unbroken", 13))[..AddToken.MaxNameLength];

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_person_can_sign_up_make_a_token_and_delete_the_account(bool script)
    {
        await using var server = await Serve(People.Mails);
        var visit = await Visit(server, script: script);
        await visit.Open("/signup");
        await Expect(visit.Field("E-mail address")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync(People.Email);
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Sees("Look into your mail");
        await visit.Open((await server.Letter<PasswordLinkMail>()).Link());
        await visit.Field("New password").FillAsync(People.Password);
        await visit.Press("Save password");
        await Expect(visit.Link("Sign in")).ToHaveAttributeAsync("href", "/signin");
        await visit.SignsIn("/account");
        await visit.Follow("API tokens");
        await visit.Field("Name").FillAsync("laptop");
        await visit.Press("Make the token");
        await Expect(visit.Page.Locator("#token")).ToHaveTextAsync(Steps.Whole("ots_[0-9A-Za-z]{40}"));
        if (script)
        {
            var token = await visit.Page.Locator("#token").InnerTextAsync();
            using var clipboard = await Clipboard.Take();
            await visit.PressWithScript("Copy the token");
            await Expect(visit.Announcement()).ToHaveTextAsync("Copied");
            Assert.Equal(token, await Clipboard.Read(visit.Page));
            await visit.Page.ReloadAsync(); // a new GET, which does not repeat the POST
            await Expect(visit.Page.Locator("#token")).ToHaveCountAsync(0);
            await Expect(visit.Alert()).ToHaveCountAsync(0);
        }
        await visit.Press("Revoke “laptop”");
        await Expect(visit.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Status)).ToContainTextAsync("is revoked");

        await visit.Open("/account/delete");
        await visit.Field($"Type your address {People.Email} to go on").FillAsync("somebody@example.com");
        await visit.Press("Delete my account");
        await Expect(visit.Alert()).ToContainTextAsync("This is not the address");
        await visit.Page.Locator("#email").FillAsync(People.Email);
        await visit.Press("Delete my account");
        await visit.Sees("Your account is deleted");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_person_can_change_their_password_and_address()
    {
        await using var server = await Serve(People.Mails);
        var visit = await SignedIn(server, People.Email);
        await visit.Open("/account/password");
        await visit.Field("New password").FillAsync("another long password");
        await visit.Press("Show");
        await Expect(visit.Field("New password")).ToHaveAttributeAsync("type", "text");
        await visit.Press("Hide");
        await visit.Press("Save password");
        await Expect(visit.Page.GetByText("Your password is changed")).ToBeVisibleAsync();
        await visit.Open("/account/address");
        await visit.Field("New address").FillAsync("new@example.com");
        await visit.Press("Send the link");
        await Expect(visit.Page.GetByText("We have sent a mail to new@example.com")).ToBeVisibleAsync();
        await visit.Open((await server.Letter<AddressLinkMail>()).Link());
        await visit.Press("Confirm the address");
        await visit.Follow("To your account");
        await Expect(visit.Page.GetByText("new@example.com", new() { Exact = true })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Sign_up_and_forgotten_password_pages_fit_every_screen_and_are_accessible()
    {
        await using (var server = await Serve("--Accounts:SignUp=Open"))
        {
            var visit = await Visit(server);
            await visit.Open("/signup");
            await visit.Looks("account-signup-first");
            await server.AddAccount(LongEmail);
            await visit.Open("/signup");
            await visit.Looks("account-signup-password");
            await SignUp(visit, LongEmail, People.Password);
            await Expect(visit.Alert()).ToContainTextAsync("has an account already");
            await visit.Looks("account-signup-taken");
            await visit.Open("/forgot");
            await visit.Looks("account-forgot-no-mail");
        }
        string[] domain = ["--Accounts:SignUp=Domain", "--Accounts:Domains=example.com,example.org"];
        await using (var server = await Serve([.. People.Mails, .. domain]))
        {
            await server.AddAccount();
            var visit = await Visit(server);
            await visit.Open("/signup");
            await visit.Looks("account-signup-domain");
            await SignUp(visit, "you@example.net");
            await Expect(visit.Alert()).ToContainTextAsync("Accounts here are for addresses");
            await visit.Looks("account-signup-elsewhere");
            await SignUp(visit, "a.person.with.a.rather.long.name+and-a-detail@example.com");
            await visit.Sees("Look into your mail");
            await visit.Looks("account-signup-sent");
            await visit.Open("/forgot");
            await visit.Looks("account-forgot");
            await visit.Field("E-mail address").FillAsync(LongEmail);
            await visit.Press("Send me the link");
            await visit.Sees("Look into your mail");
            await visit.Looks("account-forgot-sent");
        }
        await using (var server = await Serve("--Accounts:SignUp=Invitation"))
        {
            await server.AddAccount();
            var visit = await Visit(server);
            await visit.Open("/signup");
            await visit.Looks("account-signup-invitation");
        }
    }

    [Fact]
    public async Task Account_address_and_password_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve([.. People.Mails, "--Limits:LinksPerHour=1"]);
        var visit = await SignedIn(server, LongEmail);
        await visit.Open("/account");
        await visit.Looks("account");
        await visit.Press("Save");
        await Expect(visit.Page.GetByText("Saved.")).ToBeVisibleAsync();
        await visit.Looks("account-saved");
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, false));
        await visit.Open("/account");
        await visit.Looks("account-unverified");
        await visit.Press("Send me a link that proves it");
        await Expect(visit.Page.GetByText("We have sent a mail")).ToBeVisibleAsync();
        await visit.Looks("account-proof-sent");
        await visit.Press("Send me a link that proves it");
        await Expect(visit.Alert()).ToContainTextAsync("As many mails as an hour allows");
        await visit.Looks("account-proof-too-often");

        await visit.Open("/account/address");
        await visit.Looks("account-address");
        await visit.Field("New address").FillAsync(LongEmail);
        await visit.Press("Send the link");
        await Expect(visit.Alert()).ToContainTextAsync("As many mails as an hour allows");
        await visit.Looks("account-address-error");
        await visit.Field("New address").FillAsync($"new.{LongEmail}");
        await visit.Press("Send the link");
        await Expect(visit.Page.GetByText("stays your address")).ToBeVisibleAsync();
        await visit.Looks("account-address-sent");
        var link = (await server.Letters<AddressLinkMail>()).Single(mail => mail.To.StartsWith("new.", StringComparison.Ordinal)).Link();
        await visit.Open(link + "x");
        await visit.Looks("account-address-confirm");
        await visit.Press("Confirm the address");
        await Expect(visit.Alert()).ToContainTextAsync("Nothing was changed");
        await visit.Looks("account-address-confirm-bad");
        await visit.Open(link);
        await visit.Press("Confirm the address");
        await Expect(visit.Page.GetByText("is the address of your account now")).ToBeVisibleAsync();
        await visit.Looks("account-address-confirmed");

        await visit.Open("/account/password");
        await visit.Looks("account-password");
        await visit.Page.EvaluateAsync("() => document.querySelector('main form').noValidate = true");
        await visit.Press("Save password");
        await visit.IsRefused("New password", "A password has 10 to 256 characters");
        await visit.Looks("account-password-error");
        await visit.Field("New password").FillAsync(People.Password);
        await visit.Press("Save password");
        await Expect(visit.Page.GetByText("Your password is changed")).ToBeVisibleAsync();
        await visit.Looks("account-password-done");
    }

    [Fact]
    public async Task Token_and_account_deletion_pages_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve();
        var visit = await SignedIn(server, LongEmail);
        await visit.Open("/account/tokens");
        await visit.Looks("account-tokens-none");
        await visit.Field("Name").FillAsync(LongName);
        await visit.Field("read receipts and burn").CheckAsync();
        await visit.Field("reveal secrets").CheckAsync();
        await visit.Press("Make the token");
        await Expect(visit.Page.Locator("#token")).ToBeVisibleAsync();
        await visit.Looks("account-token-made");
        await visit.Field("Name").FillAsync(LongName);
        await visit.Press("Make the token");
        await Expect(visit.Field("Name")).ToBeFocusedAsync();
        await visit.Looks("account-token-taken");
        await visit.Field("Name").FillAsync("backup");
        await visit.Field("It works for").SelectOptionAsync("Until a day …");
        await visit.Press("Make the token");
        await Expect(visit.Alert()).ToContainTextAsync("Choose a day");
        await visit.Looks("account-token-bad-date");
        await visit.Field("create secrets").UncheckAsync();
        await visit.Field("It works for").SelectOptionAsync("30 days");
        await visit.Press("Make the token");
        await Expect(visit.Alert()).ToContainTextAsync("Allow it at least one thing.");
        await visit.Looks("account-token-no-scope");
        var account = await server.Stored(await IdOf(server));
        await server.Get<AddToken>().Run(
            account.Id, "an old one", TokenScopes.Reveal, server.Clock.GetUtcNow().AddMinutes(1), null, CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await visit.Open("/account/tokens");
        await visit.Looks("account-tokens");
        await visit.Press("Revoke “an old one”");
        await Expect(visit.Page.GetByText("is revoked")).ToBeVisibleAsync();
        await visit.Looks("account-token-revoked");

        await visit.Open("/account/delete");
        await visit.Looks("account-delete");
        await visit.Page.Locator("#email").FillAsync("somebody@example.com");
        await visit.Press("Delete my account");
        await Expect(visit.Page.Locator("#email")).ToBeFocusedAsync();
        await Expect(visit.Alert()).ToContainTextAsync("This is not the address");
        await visit.Looks("account-delete-error");
        await visit.Page.Locator("#email").FillAsync(LongEmail);
        await visit.Press("Delete my account");
        await visit.Sees("Your account is deleted");
        await visit.Looks("account-deleted");
    }

    [Fact]
    public async Task Home_and_receipt_pages_of_signed_in_people_fit_every_screen_and_are_accessible()
    {
        await using var server = await Serve(People.Mails);
        var visit = await SignedIn(server, LongEmail);
        await server.OptOut("gone@example.com");
        await visit.Open("/");
        await visit.Looks("account-home");
        await visit.Field("Your secret").FillAsync("typed");
        await visit.Field("Mail the link to (optional)").FillAsync("gone@example.com");
        await visit.Press("Create the link");
        await Expect(visit.Alert()).ToContainTextAsync("wants no mails from this server");
        await Expect(visit.Field("Mail the link to (optional)")).ToBeFocusedAsync();
        await visit.Looks("account-home-opted-out");
        var (_, metadata) = await server.Conceal("value");
        await visit.Open($"/receipt/{metadata.Text}");
        await visit.Looks("account-receipt-adopt");
        await visit.Press("Add to my secrets");
        await Expect(visit.Page.GetByText("This receipt is in your secrets now.")).ToBeFocusedAsync();
        await visit.Looks("account-receipt-adopted");
    }

    private async Task<Visit> SignedIn(RunningServer server, string email)
    {
        await server.AddAccount(email);
        var visit = await Visit(server);
        await visit.OpensSignedIn(server, "/", email);
        await visit.Sees("Share a secret");
        return visit;
    }

    private static async Task SignUp(Visit visit, string email, string? password = null)
    {
        await visit.Field("E-mail address").FillAsync(email);
        if (password is not null)
            await visit.Field("Password").FillAsync(password);
        await visit.Press(password is null ? "Send me the link" : "Make the account");
    }

    private static async Task<Guid> IdOf(RunningServer server)
    {
        await using var db = server.Database();
        return await db.Users.Select(a => a.Id).SingleAsync();
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Components.Account.Pages.Manage;

/// <summary>The pages of a person's own account: address, mails, password.</summary>
public sealed class AccountPageTests
{
    private const string NewEmail = "new@example.com";

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/address")]
    [InlineData("/account/password")]
    [InlineData("/account/tokens")]
    [InlineData("/account/delete")]
    public async Task Account_pages_redirect_to_sign_in_without_a_session(string path)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(path);
        Assert.Equal($"/signin?back={Uri.EscapeDataString(path)}", reader.Path);
    }

    [Theory]
    [InlineData("/account/address")]
    [InlineData("/account/password")]
    [InlineData("/account/tokens")]
    [InlineData("/account/delete")]
    public async Task Dangerous_pages_need_a_proof_of_identity_from_the_last_15_minutes(string path)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        using var reader = await server.SignIn();
        server.Clock.Advance(TimeSpan.FromMinutes(15));
        await reader.Open(path);
        Assert.Equal($"/signin/again?back={Uri.EscapeDataString(path)}", reader.Path);
        await reader.Send(("Password", People.Password));
        Assert.Equal(path, reader.Path);
    }

    [Fact]
    public async Task An_address_is_verified_by_confirming_the_link_and_not_by_opening_it()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var account = await server.AddAccount();
        await Unprove(server);
        using var reader = await server.SignIn();
        await reader.SendForm("form:has(button[aria-describedby='address-error'])");
        Assert.Contains($"We have sent a mail to {People.Email}", reader.Text("[role=status]"), Ordinal);
        var link = (await server.Letter<AddressLinkMail>()).Link();

        using var stranger = await new Reader(server).Open(link);
        Assert.Equal("Sign in", stranger.Heading); // a reader of the mailbox cannot verify it for a stranger's account
        await reader.Open(link);
        Assert.False((await server.Stored(account.Id)).EmailConfirmed);
        await reader.Send();
        Assert.Contains("is the address of your account now", reader.Text("main"), Ordinal);
        Assert.True((await server.Stored(account.Id)).EmailConfirmed);
        Assert.DoesNotContain(await server.Letters<AccountNoticeMail>(), mail => mail.Event == AccountEvent.AddressChanged);
        await reader.Open(link);
        await reader.Send();
        Assert.Contains("has been used", reader.Text("#error"), Ordinal);
    }

    [Fact]
    public async Task An_address_is_changed_by_the_link_sent_to_the_new_one_and_the_old_one_is_notified()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var account = await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/address");
        await reader.Send(("Email", "New@Example.com"));
        Assert.Contains("We have sent a mail to", reader.Text("main"), Ordinal);
        var mail = await server.Letter<AddressLinkMail>();
        Assert.Equal((NewEmail, account.Id), (mail.To, mail.AccountId));
        Assert.Equal(People.Email, (await server.Stored(account.Id)).Email);

        await Confirm(reader, mail.Link(), "is the address of your account now");
        Assert.Equal(NewEmail, (await server.Stored(account.Id)).Email);
        var notice = (await server.Letters<AccountNoticeMail>()).Single(letter => letter.Event == AccountEvent.AddressChanged);
        Assert.Equal(People.Email, notice.To);
        Assert.True((await server.SignIn(NewEmail, back: "/")).IsSignedIn());
        Assert.False((await server.SignIn(back: "/")).IsSignedIn());
        Assert.NotEqual(account.Id, (await server.AddAccount()).Id); // the old address is free again
    }

    [Fact]
    public async Task An_address_of_another_account_gets_the_same_answer_and_no_mail()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        await server.AddAccount(NewEmail);
        using var reader = await server.SignIn(back: "/account/address");
        await reader.Send(("Email", NewEmail));
        var taken = reader.Text("main");
        Assert.Empty(await server.Letters<AddressLinkMail>());
        await reader.Open("/account/address");
        await reader.Send(("Email", "free@example.com"));
        Assert.Equal(reader.Text("main"), taken.Replace(NewEmail, "free@example.com", Ordinal));
        await server.Letter<AddressLinkMail>();
    }

    [Fact]
    public async Task A_new_address_outside_the_allowed_domains_is_refused()
    {
        await using var server = await RunningServer.Start(
            [.. People.Mails, "--Accounts:SignUp=Domain", "--Accounts:Domains=example.com"]);
        await server.AddAccount();
        using var reader = await server.SignIn(back: "/account/address");
        await reader.Send(("Email", "new@example.org"));
        Assert.StartsWith("Accounts here are for addresses at example.com.", reader.Text("#email-error"), Ordinal);
        Assert.Equal("new@example.org", reader.Value("#email[autofocus][aria-invalid=true]"));
        Assert.Empty(await server.Letters<AddressLinkMail>());
    }

    [Fact]
    public async Task A_forged_address_link_or_one_for_a_taken_address_confirms_nothing_and_a_valid_one_works_once()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var account = await server.AddAccount();
        var other = await server.AddAccount("other@example.com");
        using var reader = await server.SignIn(back: "/account/address");
        await reader.Send(("Email", NewEmail));
        var mail = await server.Letter<AddressLinkMail>();
        await Confirm(reader, (mail with { To = "forged@example.com" }).Link(), "Nothing was changed");
        await Confirm(reader, (mail with { AccountId = other.Id }).Link(), "Nothing was changed");
        await Confirm(reader, mail.Link() + "x", "Nothing was changed");
        await Confirm(reader, "/account/address/confirm", "Nothing was changed");
        var taken = await server.AddAccount(NewEmail);
        await Confirm(reader, mail.Link(), "Nothing was changed");
        await using (var db = server.Database())
            await db.Users.Where(a => a.Id == taken.Id).ExecuteDeleteAsync();
        var outcomes = await Verbs.AtOnce(2, _ => server.With<ConfirmAddress, bool>(
            confirm => confirm.Run(account.Id, mail.To, mail.Token, People.Somewhere, CancellationToken.None)));
        Assert.Single(outcomes, taken => taken);
    }

    [Fact]
    public async Task The_choice_of_mails_is_saved()
    {
        await using var server = await RunningServer.Start(People.Mails);
        var account = await server.AddAccount();
        using var reader = await server.SignIn();
        await reader.SendForm("form:has([name='Wishes.Viewed'])", ("Wishes.Expiry", "true"));
        Assert.Equal("Saved.", reader.Text("[role=status]"));
        var stored = await server.Stored(account.Id);
        Assert.Equal((false, true), (stored.MailWhenViewed, stored.MailBeforeExpiry));
        await reader.Open("/account");
        Assert.True(reader.Has("[name='Wishes.Expiry'][checked]") && !reader.Has("[name='Wishes.Viewed'][checked]"));
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions_and_the_owner_is_notified()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        using var other = await server.SignIn(back: "/");
        using var reader = await server.SignIn(back: "/account/password");
        await reader.Send(("Password", "short"));
        Assert.StartsWith("A password has 10 to 256 characters", reader.Text("#password-error"), Ordinal);
        await reader.Send(("Password", "another long password"));
        Assert.Contains("Your password is changed", reader.Text("[role=status]"), Ordinal);
        await reader.Open("/account");
        Assert.True(reader.IsSignedIn());
        await other.Open("/");
        Assert.False(other.IsSignedIn());
        Assert.False((await server.SignIn(back: "/")).IsSignedIn());
        Assert.True((await server.SignIn(People.Email, "another long password", "/")).IsSignedIn());
        Assert.Contains(await server.Letters<AccountNoticeMail>(), mail => mail.Event == AccountEvent.PasswordChanged);
    }

    private static async Task Unprove(RunningServer server)
    {
        await using var db = server.Database();
        await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, false));
    }

    private static async Task Confirm(Reader reader, string link, string answer)
    {
        await reader.Open(link);
        await reader.Send();
        Assert.Contains(answer, reader.Text("main"), Ordinal);
    }
}

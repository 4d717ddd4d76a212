using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.SignUp;

/// <summary>Signing up on the pages.</summary>
public sealed class SignUpTests
{
    private const string Stranger = "stranger@example.com";

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answer_but_different_mails()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddAccount();
        var known = await SignUp(server, People.Email);
        var unknown = await SignUp(server, Stranger);
        Assert.Contains("if it can have an account", unknown, Ordinal);
        Assert.Equal(unknown, known.Replace(People.Email, Stranger, Ordinal));
        Assert.Equal(
            [(People.Email, PasswordLinkReason.SignUpAgain), (Stranger, PasswordLinkReason.SignUp)],
            (await server.Letters<PasswordLinkMail>()).Select(mail => (mail.To, mail.Reason)).Order());
    }

    [Fact]
    public async Task Answer_stays_the_same_if_queuing_the_mail_fails_and_the_log_contains_no_address()
    {
        var faults = new EngineFaults();
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(
            null, builder => { faults.Attach(builder); log.Attach(builder); }, People.Mails);
        await server.AddAccount();
        faults.Failing = "INSERT INTO \"Outbox\"";
        var known = await SignUp(server, People.Email);
        Assert.Equal(known.Replace(People.Email, Stranger, Ordinal), await SignUp(server, Stranger));
        Assert.Empty(await server.Letters<PasswordLinkMail>());
        Assert.Contains(log.Lines, line => line.Contains("could not be queued", Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("stranger@", OrdinalIgnoreCase));
        faults.Failing = null;
        await SignUp(server, Stranger);
        await server.Letter<PasswordLinkMail>();
    }

    [Fact]
    public async Task Link_sets_the_first_password_and_verifies_the_address()
    {
        await using var server = await RunningServer.Start(People.Mails);
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", "Stranger@Example.com"));
        var link = (await server.Letter<PasswordLinkMail>()).Link();
        Assert.False((await Only(server)).EmailConfirmed);
        Assert.False((await server.SignIn(Stranger, "")).IsSignedIn());

        await reader.Open(link);
        await reader.Send(("Password", People.Password));
        Assert.Contains("is set", reader.Page.Body!.TextContent, Ordinal);
        Assert.True((await Only(server)).EmailConfirmed);
        await reader.SignIn(Stranger, back: "/");
        Assert.True(reader.IsSignedIn());
    }

    [Fact]
    public async Task Parallel_sign_ups_with_one_address_make_one_account()
    {
        await using var server = await RunningServer.Start([.. People.Mails, "--Limits:LinksPerHour=100", "--Limits:LinksPerMailbox=100"]);
        await Verbs.AtOnce(8, async _ => await SignUp(server, Stranger));
        var mails = await server.Letters<PasswordLinkMail>();
        Assert.NotEmpty(mails);
        var account = await Only(server);
        Assert.All(mails, mail => Assert.Equal((account.Email, PasswordLinkReason.SignUp), (mail.To, mail.Reason)));
        using var reader = await new Reader(server).Open(mails[^1].Link());
        await reader.Send(("Password", People.Password));
        Assert.Contains("is set", reader.Page.Body!.TextContent, Ordinal);
    }

    [Fact]
    public async Task Pending_account_is_deleted_one_day_after_its_last_link()
    {
        await using var server = await RunningServer.Start(People.Mails);
        await server.AddWithoutPassword(People.Email); // made by the operator, so it is not pending
        await SignUp(server, Stranger);
        server.Clock.Advance(TimeSpan.FromHours(20));
        await SignUp(server, Stranger);
        Assert.All(await server.Letters<PasswordLinkMail>(), mail => Assert.Equal(PasswordLinkReason.SignUp, mail.Reason));
        server.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, await Purge(server));
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, await Purge(server));
        Assert.Equal(People.Email, (await Only(server)).Email);
    }

    [Theory, InlineData(People.Email), InlineData(Stranger)]
    public async Task Links_per_hour_are_limited_for_addresses_with_and_without_an_account(string email)
    {
        await using var server = await RunningServer.Start([.. People.Mails, "--Limits:LinksPerHour=2"]);
        await server.AddAccount();
        await SignUp(server, email);
        Assert.Single(await server.Letters<PasswordLinkMail>());
        await SignUp(server, email);
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", email));
        Assert.Contains("As many mails as an hour allows", reader.Text("#email-error"), Ordinal);
        Assert.Equal(email, reader.Value("#email"));
        Assert.Equal(2, (await server.Letters<PasswordLinkMail>()).Count);
    }

    [Theory]
    [InlineData("you@example.org", "Accounts here are for addresses at example.com, example.net.")]
    [InlineData("you@sub.example.com", "Accounts here are for addresses at example.com, example.net.")]
    [InlineData("you", "This is not an e-mail address.")]
    public async Task Address_that_is_invalid_or_of_another_domain_is_refused_and_stays_in_the_form(string email, string message)
    {
        await using var server = await RunningServer.Start(
            [.. People.Mails, "--Accounts:SignUp=Domain", "--Accounts:Domains=example.com,example.net"]);
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", email));
        Assert.StartsWith(message, reader.Text("#email-error"), Ordinal);
        Assert.Equal(email, reader.Value("#email[autofocus][aria-invalid=true]"));
        await reader.Send(("Input.Email", "you@Example.NET"));
        Assert.Equal("Look into your mail", reader.Heading);
    }

    [Fact]
    public async Task Without_mail_an_account_is_made_at_once_but_its_address_is_not_verified()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", Stranger), ("Input.Password", "short"));
        Assert.StartsWith("A password has 10 to 256 characters", reader.Text("#password-error"), Ordinal);
        Assert.Equal(Stranger, reader.Value("#email"));
        await reader.Send(("Input.Email", Stranger), ("Input.Password", People.Password));
        Assert.Equal(("/account", "Your account"), (reader.Path, reader.Heading));
        Assert.False((await Only(server)).EmailConfirmed);
        var refusal = await Assert.ThrowsAsync<AccountException>(
            () => server.With<GrantAdmin, (int, int)>(grant => grant.Run(Stranger, CancellationToken.None)));
        Assert.Contains("is not verified", refusal.Message, Ordinal);

        using var other = await new Reader(server).Open("/signup");
        await other.Send(("Input.Email", Stranger), ("Input.Password", "another password"));
        Assert.StartsWith("This address has an account already", other.Text("#email-error"), Ordinal);
        Assert.False((await server.SignIn(Stranger, "another password")).IsSignedIn());
    }

    [Theory, InlineData("Closed", "made by whoever runs it"), InlineData("Invitation", "by invitation")]
    public async Task Closed_sign_up_page_says_whom_to_ask_and_has_no_form(string mode, string text)
    {
        await using var server = await RunningServer.Start([.. People.Mails, $"--Accounts:SignUp={mode}"]);
        await server.AddAccount();
        using var reader = await new Reader(server).Open("/signup");
        Assert.Contains(text, reader.Text("main"), Ordinal);
        Assert.False(reader.Has("main form"));
        Assert.IsType<SignUpOutcome.NotThisWay>(
            await server.With<RegisterAccount, SignUpOutcome>(signUp => signUp.Run(Stranger, People.Somewhere, CancellationToken.None)));
        Assert.IsType<SignUpOutcome.NotThisWay>(
            await server.With<RegisterAccount, SignUpOutcome>(
                signUp => signUp.Run(Stranger, People.Password, People.Somewhere, CancellationToken.None)));
    }

    [Theory, InlineData(false, 0), InlineData(true, 1)]
    public async Task First_verification_of_an_address_removes_earlier_tokens_and_factors(bool wasProved, int tokens)
    {
        await using var server = await RunningServer.Start();
        using var script = await server.Account(People.Email);
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.EmailConfirmed, wasProved).SetProperty(a => a.TotpKey, [1]));
        var (_, token) = await server.With<LinkAccount, (string, string)>(links => links.Run(People.Email, CancellationToken.None));
        using var reader = await new Reader(server).Open(AccountLinks.Password(People.Email, token));
        await reader.Send(("Password", "the owner's password"));
        await using (var db = server.Database())
            Assert.Equal(tokens, await db.ApiTokens.CountAsync());
        var account = await Only(server);
        Assert.Equal((true, wasProved), (account.EmailConfirmed, account.TotpKey is not null));
    }

    private static async Task<string> SignUp(RunningServer server, string email)
    {
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", email));
        return reader.Page.QuerySelector("main")!.InnerHtml;
    }

    private static async Task<Account> Only(RunningServer server)
    {
        await using var db = server.Database();
        return await db.Users.AsNoTracking().SingleAsync();
    }

    private static Task<int> Purge(RunningServer server) => server.Get<PurgeAccounts>().Run(CancellationToken.None);
}

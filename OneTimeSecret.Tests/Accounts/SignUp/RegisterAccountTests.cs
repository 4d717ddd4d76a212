using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.SignUp;

/// <summary>People sign up in the one way that the settings allow.</summary>
public sealed class RegisterAccountTests
{
    private const string Email = "new@example.com";

    [Fact]
    public async Task Settings_allow_one_way_to_sign_up_and_the_others_are_refused()
    {
        await using var server = await RunningServer.Start();
        var (accounts, mail) = (server.Get<IOptions<AccountOptions>>().Value, server.Get<IOptions<MailOptions>>().Value);
        foreach (var (mode, sends, way) in ((SignUpMode, bool, SignUpWay)[])[
            (SignUpMode.Closed, true, SignUpWay.None), (SignUpMode.Closed, false, SignUpWay.None),
            (SignUpMode.Invitation, true, SignUpWay.Invitation), (SignUpMode.Invitation, false, SignUpWay.Invitation),
            (SignUpMode.Domain, true, SignUpWay.Link), (SignUpMode.Domain, false, SignUpWay.None),
            (SignUpMode.Open, true, SignUpWay.Link), (SignUpMode.Open, false, SignUpWay.Password)])
        {
            (accounts.SignUp, mail.Transport) = (mode, sends ? MailTransport.Pickup : MailTransport.None);
            Assert.Equal(way, await server.With<RegisterAccount, SignUpWay>(signUp => Task.FromResult(signUp.Way)));
            if (way is not SignUpWay.Link)
                Assert.IsType<SignUpOutcome.NotThisWay>(await ByLink(server));
            if (way is not SignUpWay.Password)
                Assert.IsType<SignUpOutcome.NotThisWay>(await ByPassword(server));
        }
        Assert.Equal(0, await Count(server));
    }

    [Fact]
    public async Task Sign_up_with_a_password_makes_an_account_with_an_unverified_address()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        SignUpOutcome? outcome = null;
        var left = Assert.Single(await server.Left(async () => outcome = await ByPassword(server, "New@Example.com")));
        var id = Assert.IsType<SignUpOutcome.Made>(outcome).AccountId;
        Assert.Equal(LeftRow.ByOwner(AuditKind.AccountAdded, id, $"{id}"), left);
        var stored = await server.Stored(id);
        Assert.Equal((Email, false), (stored.Email, stored.EmailConfirmed));
        Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, Email));
    }

    [Fact]
    public async Task Invalid_address_weak_password_and_taken_address_are_told_apart()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        await ByPassword(server);
        await server.Leaves(async () =>
        {
            Assert.IsType<SignUpOutcome.NoAddress>(await ByPassword(server, "nonsense"));
            Assert.Equal(new SignUpOutcome.Weak(10, 256), await ByPassword(server, "weak@example.com", new string('x', 9)));
            Assert.Equal(new SignUpOutcome.Weak(10, 256), await ByPassword(server, "weak@example.com", new string('x', 257)));
            Assert.IsType<SignUpOutcome.Taken>(await ByPassword(server, Email, "another long password"));
        });
        Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password, Email));
        Assert.Equal(1, await Count(server));
    }

    [Fact]
    public async Task Only_one_of_parallel_sign_ups_with_one_address_succeeds()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Open");
        var outcomes = await server.Race(4, i => ByPassword(server, password: $"{People.Password} {i}"));
        var winner = Array.FindIndex(outcomes, outcome => outcome is SignUpOutcome.Made);
        Assert.Equal(3, outcomes.OfType<SignUpOutcome.Taken>().Count());
        Assert.IsType<SignInOutcome.Right>(await server.Try($"{People.Password} {winner}", Email));
        Assert.Equal(1, await Count(server));
    }

    [Fact]
    public async Task Links_to_a_valid_address_are_limited_per_hour()
    {
        await using var server = await RunningServer.Start([.. People.Mails, "--Limits:LinksPerHour=2"]);
        Assert.IsType<SignUpOutcome.NoAddress>(await ByLink(server, "nonsense"));
        Assert.Equal(new SignUpOutcome.Sent(Email), await ByLink(server, "New@Example.com"));
        await server.Letter<PasswordLinkMail>(); // waits, because two parallel requests may queue only one mail
        Assert.IsType<SignUpOutcome.Sent>(await ByLink(server));
        var tooMany = Assert.IsType<SignUpOutcome.TooMany>(await ByLink(server)).Refusal;
        Assert.Equal(LinkLimit.Address, tooMany.Limit);
        Assert.InRange(tooMany.RetryAfter, TimeSpan.FromMinutes(59), TimeSpan.FromHours(1));
        Assert.Equal([Email, Email], (await server.Letters<PasswordLinkMail>()).Select(mail => mail.To), StringComparer.Ordinal);
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<SignUpOutcome.Sent>(await ByLink(server));
    }

    [Fact]
    public async Task Address_of_another_domain_gets_no_link()
    {
        await using var server = await RunningServer.Start(
            [.. People.Mails, "--Accounts:SignUp=Domain", "--Accounts:Domains=example.net"]);
        Assert.Equal(["example.net"], Assert.IsType<SignUpOutcome.OtherDomain>(await ByLink(server)).Domains);
        Assert.IsType<SignUpOutcome.Sent>(await ByLink(server, "new@example.net"));
        Assert.Equal("new@example.net", (await server.Letter<PasswordLinkMail>()).To);
    }

    private static Task<SignUpOutcome> ByLink(RunningServer server, string email = Email) =>
        server.With<RegisterAccount, SignUpOutcome>(signUp => signUp.Run(email, People.Somewhere, CancellationToken.None));

    private static Task<SignUpOutcome> ByPassword(RunningServer server, string email = Email, string password = People.Password) =>
        server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run(email, password, People.Somewhere, CancellationToken.None));

    private static async Task<int> Count(RunningServer server)
    {
        await using var db = server.Database();
        return await db.Users.CountAsync();
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.SignUp;

/// <summary>The operator invites people to an account.</summary>
public sealed class InviteAccountTests
{
    [Fact]
    public async Task Invitation_sets_the_first_password_once_and_verifies_the_address()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Invitation");
        var first = await Invite(server);
        var second = await Invite(server); // both links work until one of them is used
        Assert.Contains("is set", await Set(server, second), Ordinal);
        Assert.Contains("has been used", await Set(server, first), Ordinal);
        await using var db = server.Database();
        Assert.True((await db.Users.AsNoTracking().SingleAsync()).EmailConfirmed);
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
    }

    [Fact]
    public async Task Pending_account_is_deleted_when_its_invitation_expires()
    {
        await using var server = await RunningServer.Start();
        await Invite(server);
        await WaitsSevenDays(server);
    }

    [Fact]
    public async Task Account_with_an_accepted_invitation_is_never_purged()
    {
        await using var server = await RunningServer.Start();
        await Set(server, await Invite(server));
        server.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await Purge(server));
    }

    [Fact]
    public async Task Invitation_restarts_the_deadline_of_a_pending_account()
    {
        await using var server = await RunningServer.Start(People.Mails);
        using var reader = await new Reader(server).Open("/signup");
        await reader.Send(("Input.Email", People.Email));
        await server.Letter<PasswordLinkMail>();
        server.Clock.Advance(TimeSpan.FromHours(20));
        await Invite(server);
        await WaitsSevenDays(server);
    }

    [Fact]
    public async Task Parallel_invitations_of_one_address_make_one_account()
    {
        await using var server = await RunningServer.Start();
        var links = await Verbs.AtOnce(8, _ => Invite(server));
        await using var db = server.Database();
        Assert.Single(await db.Users.ToListAsync());
        Assert.Single(await db.UserClaims.ToListAsync());
        Assert.Contains("is set", await Set(server, links[0]), Ordinal);
    }

    private static async Task<string> Invite(RunningServer server)
    {
        var (email, token) = await server.With<InviteAccount, (string, string)>(
            invite => invite.Run("Owner@Example.com", CancellationToken.None));
        Assert.Equal(People.Email, email);
        return AccountLinks.Password(email, token);
    }

    private static async Task WaitsSevenDays(RunningServer server)
    {
        server.Clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1));
        Assert.Equal(0, await Purge(server));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await Purge(server));
    }

    private static async Task<string> Set(RunningServer server, string link)
    {
        using var reader = await new Reader(server).Open(link);
        if (reader.Has("main form"))
            await reader.Send(("Password", People.Password));
        return reader.Text("main");
    }

    private static Task<int> Purge(RunningServer server) => server.Get<PurgeAccounts>().Run(CancellationToken.None);
}

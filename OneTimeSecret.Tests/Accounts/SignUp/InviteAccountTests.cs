using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.SignUp;

/// <summary>Whom the operator invites.</summary>
public sealed class InviteAccountTests
{
    [Fact]
    public async Task The_link_opens_the_account_once_and_proves_its_address()
    {
        await using var server = await RunningServer.Start("--Accounts:SignUp=Invitation");
        var first = await Invite(server);
        var second = await Invite(server); // again, because the first went astray: both work until one was used
        Assert.Contains("is set", await Set(server, second), Ordinal);
        Assert.Contains("has been used", await Set(server, first), Ordinal);
        await using var db = server.Database();
        Assert.True((await db.Users.AsNoTracking().SingleAsync()).EmailConfirmed);
        Assert.True((await server.SignIn(back: "/")).IsSignedIn());
    }

    [Fact]
    public async Task An_account_waits_for_its_owner_as_long_as_the_invitation_works()
    {
        await using var server = await RunningServer.Start();
        await Invite(server);
        await WaitsSevenDays(server);
    }

    [Fact]
    public async Task Who_came_once_is_never_forgotten()
    {
        await using var server = await RunningServer.Start();
        await Set(server, await Invite(server));
        server.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await Purge(server));
    }

    [Fact]
    public async Task Who_had_begun_to_sign_up_is_waited_for_from_the_invitation_on()
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
    public async Task One_may_be_invited_by_several_at_once()
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

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Accounts.SignIn;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Accounts.Sessions;

/// <summary>A successful sign-in opens a session.</summary>
public sealed class OpenSessionTests(MailingServer shared) : IClassFixture<MailingServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Password_that_changed_after_its_check_opens_no_session()
    {
        await using var server = await RunningServer.Start();
        var account = await server.AddAccount();
        var right = Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password));
        await using (var db = server.Database())
            await db.Users.ExecuteUpdateAsync(set => set.SetProperty(a => a.SecurityStamp, "another"));
        Assert.Null(await server.Get<OpenSession>().Run(
            account.Id, right.Stamp, People.Somewhere, false, [], CancellationToken.None));
    }

    [Fact]
    public async Task Account_that_was_suspended_after_the_password_check_gets_no_session()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        await server.AddAccount();
        var right = Assert.IsType<SignInOutcome.Right>(await server.Try(People.Password));
        await server.Suspend(admin, right.AccountId);
        Assert.Null(await server.Get<OpenSession>().Run(
            right.AccountId, right.Stamp, People.Somewhere, stays: false, [], CancellationToken.None));
    }

    [Theory, InlineData(false, 12), InlineData(true, 24 * 30)]
    public async Task Session_has_the_requested_lifetime_and_leaves_an_audit_row(bool stays, int hours)
    {
        var (owner, now) = (await Server.AddAccount($"stays-{stays}@example.com"), Server.Clock.GetUtcNow());
        var somewhere = new Caller("192.0.2.1") { Browser = new string('x', 100) };
        NewSession? opened = null;
        await Server.Leaves(
            async () => opened = await Server.Get<OpenSession>().Run(
                owner.Id, null, somewhere, stays, [], CancellationToken.None),
            LeftRow.ByOwner(AuditKind.SignedIn, owner.Id, $"{owner.Id}"));
        var session = Assert.Single(await List(owner.Id));
        Assert.Equal((stays, new string('x', 60)), (session.Stays, session.Browser));
        Assert.Equal(now.AddHours(hours), session.Expires, TimeSpan.FromSeconds(1));
        Assert.Equal(now, session.Confirmed, TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(opened!.Id, $"{opened}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Owner_gets_a_notice_for_a_browser_that_is_not_known_with_the_current_password()
    {
        var (owner, other) = (await Server.AddAccount(), await Server.AddAccount("other@example.com"));
        var theirs = (await Open(other.Id))!.Device;
        var mine = (await Open(owner.Id, theirs))!.Device;
        Assert.Equal([AccountEvent.NewSignIn], await Server.Notices()); // a browser that only another account knows is new
        Assert.Equal(mine, (await Open(owner.Id, theirs, mine))!.Device);
        Assert.Single(await Server.Notices());
        await using (var db = Server.Database())
            await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(set => set.SetProperty(a => a.SecurityStamp, "another"));
        Assert.NotEqual(mine, (await Open(owner.Id, mine))!.Device);
        Assert.Equal(2, (await Server.Notices()).Length);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Suspended_deleted_or_unknown_account_gets_no_session(bool suspended)
    {
        var owner = await Server.AddAccount($"closed-{suspended}@example.com");
        await Server.Close(owner.Id, suspended);
        await Server.Leaves(async () =>
        {
            Assert.Null(await Open(owner.Id));
            Assert.Null(await Open(Guid.NewGuid()));
        });
        Assert.Empty(await List(owner.Id));
    }

    private Task<NewSession?> Open(Guid accountId, params KnownDevice[] devices) =>
        Server.Get<OpenSession>().Run(accountId, null, People.Somewhere, stays: false, devices, CancellationToken.None);

    private Task<IReadOnlyList<Session>> List(Guid accountId) =>
        Server.Get<AccountSessions>().List(accountId, CancellationToken.None);
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;

namespace OneTimeSecret.Tests.Accounts.Sessions;

/// <summary>Every request looks up in the database which account a session cookie belongs to.</summary>
public sealed class VerifySessionTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Valid_cookie_returns_its_account()
    {
        var (owner, now) = (await Server.AddAccount(), Server.Clock.GetUtcNow());
        var opened = await Verify(owner.Id, await Open(owner.Id));
        Assert.Equal(new SignedIn(owner.Id, People.Email, MayMail: true, TokenScopes.All), opened!.Account);
        Assert.Equal((false, false), (opened.IsAdmin, opened.LacksFactor));
        Assert.Equal(now, opened.Confirmed, TimeSpan.FromSeconds(1));
        var admin = (await Server.AddAdmin()).Account!;
        Assert.True((await Verify(admin.Id, await Open(admin.Id)))!.IsAdmin);
    }

    [Fact]
    public async Task Wrong_id_session_of_another_account_and_ended_session_are_refused()
    {
        var (owner, other) = (await Server.AddAccount("mine@example.com"), await Server.AddAccount("other@example.com"));
        var (mine, theirs) = (await Open(owner.Id), await Open(other.Id));
        Assert.Null(await Verify(owner.Id, theirs));
        Assert.Null(await Verify(owner.Id, ""));
        await using var db = Server.Database();
        await db.Sessions.Where(s => s.AccountId == other.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.AccountId, owner.Id));
        Assert.Null(await Verify(owner.Id, theirs)); // the row was moved
        Assert.NotNull(await Verify(owner.Id, mine));
        var session = (await Verify(owner.Id, mine))!.Hash;
        Assert.Equal(1, await Server.Get<AccountSessions>().End(owner.Id, session, People.Somewhere, CancellationToken.None));
        Assert.Null(await Verify(owner.Id, mine));
    }

    [Fact]
    public async Task Use_extends_a_session_at_most_every_five_minutes_and_an_unused_session_expires()
    {
        var owner = await Server.AddAccount("used@example.com");
        var id = await Open(owner.Id);
        var first = await Stored(owner.Id);
        Server.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Verify(owner.Id, id));
        Assert.Equal(first, await Stored(owner.Id)); // not written at every request
        Server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await Verify(owner.Id, id));
        var later = TimeSpan.FromMinutes(5);
        Assert.Equal((first.Seen + later, first.Expires + later), await Stored(owner.Id));
        Server.Clock.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Verify(owner.Id, id));
        Server.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Null(await Verify(owner.Id, id));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Session_of_a_suspended_or_deleted_account_is_refused(bool suspended)
    {
        var owner = await Server.AddAccount($"closed-{suspended}@example.com");
        var id = await Open(owner.Id);
        await Server.Close(owner.Id, suspended);
        Assert.Null(await Verify(owner.Id, id));
    }

    [Fact]
    public async Task Result_shows_a_missing_required_factor_an_unverified_address_and_the_request_limit()
    {
        var owner = await Server.AddAccount("lacks@example.com");
        var id = await Open(owner.Id);
        await using (var db = Server.Database())
            await db.Users.Where(a => a.Id == owner.Id).ExecuteUpdateAsync(set => set
                .SetProperty(a => a.NeedsFactor, true).SetProperty(a => a.EmailConfirmed, false).SetProperty(a => a.RequestLimit, 7));
        var opened = (await Verify(owner.Id, id))!;
        Assert.Equal((true, false, 7), (opened.LacksFactor, opened.Account.MayMail, opened.Account.RequestLimit));
        await Server.AddPasskey(owner.Id, [1]);
        Assert.False((await Verify(owner.Id, id))!.LacksFactor);
    }

    private async Task<string> Open(Guid accountId) =>
        (await Server.Get<OpenSession>().Run(accountId, null, People.Somewhere, stays: false, [], CancellationToken.None))!.Id;

    private Task<OpenedSession?> Verify(Guid accountId, string id) =>
        Server.Get<VerifySession>().Run(accountId, id, CancellationToken.None);

    private async Task<(DateTimeOffset Seen, DateTimeOffset Expires)> Stored(Guid accountId)
    {
        await using var db = Server.Database();
        var session = await db.Sessions.AsNoTracking().SingleAsync(s => s.AccountId == accountId);
        return (session.LastSeen, session.Expires);
    }
}

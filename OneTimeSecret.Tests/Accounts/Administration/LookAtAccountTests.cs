using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Tests.Accounts.Administration;

/// <summary>What administrators may know about an account.</summary>
public sealed class LookAtAccountTests
{
    [Fact]
    public async Task Facts_count_what_the_account_has_and_show_its_last_use()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        using var script = await server.Account(People.Email);
        var owner = await server.StoredOwner();
        using var reader = await server.SignIn(back: "/");
        await reader.AddApp(server);
        await server.Conceal("one", account: owner);
        await server.Conceal("soon over", ttl: 60, account: owner);
        var (read, _) = await server.Conceal("two", account: owner);
        await server.TryReveal(read);
        await server.Conceal("nobody's");
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        using (await script.GetAsync(new Uri("/api/v1/authcheck", UriKind.Relative)))
            await server.Get<LimitAccount>().Run(admin, owner.Id, 7, 3, CancellationToken.None);
        await server.Get<DemandFactor>().Run(admin, owner.Id, true, CancellationToken.None);

        var facts = await server.Get<LookAtAccount>().Run(owner.Id, CancellationToken.None);
        Assert.Equal(
            new AccountFacts(
                new AccountSummary(owner.Id, People.Email, facts!.Summary.Created, true, false, null, HasFactor: true),
                null, true, 7, 3, HasPassword: true, Passkeys: 0, HasTotp: true, Sessions: 1, Tokens: 1,
                facts.SessionSeen, facts.TokenUsed, Unread: 1, MoreUnread: false),
            facts);
        Assert.Equal(server.Clock.GetUtcNow(), facts.LastSeen!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(server.Clock.GetUtcNow() - TimeSpan.FromMinutes(10), facts.SessionSeen!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Unread_secrets_are_counted_up_to_a_thousand()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=2000");
        var owner = await server.SignedIn(People.Email);
        await Verbs.AtOnce(1003, _ => server.Conceal("value", account: owner));
        var facts = await server.Get<LookAtAccount>().Run(owner.Id, CancellationToken.None);
        Assert.Equal((1000, true), (facts!.Unread, facts.MoreUnread));
    }

    [Fact]
    public async Task Suspended_administrator_is_shown_with_role_and_reason()
    {
        await using var server = await RunningServer.Start();
        var (admin, other) = (await server.AddAdmin(), await server.AddAdmin("other@example.com"));
        Assert.Equal(AdminOutcome.Done, await server.Suspend(admin, other.Account!.Id));
        var facts = await server.Get<LookAtAccount>().Run(other.Account.Id, CancellationToken.None);
        Assert.True(facts!.Summary.IsAdmin);
        Assert.NotNull(facts.Summary.Suspended);
        Assert.Equal("sent spam", facts.SuspendedFor);
    }
}

using System.Net;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Networks;

/// <summary>Who can unblock a network, and which one is unblocked.</summary>
public sealed class UnblockNetworkTests(AdminServer shared) : IClassFixture<AdminServer>
{
    private readonly RunningServer _server = shared.Server;

    [Fact]
    public async Task Only_the_exact_network_is_unblocked()
    {
        await Block("203.0.113.0/24");
        await Block("2001:db8::/32");
        Assert.Equal(AdminOutcome.NotThere, await Unblock(shared.Admin, "203.0.113.7"));
        Assert.Equal(AdminOutcome.NotThere, await Unblock(shared.Admin, "no network"));
        Assert.Equal(AdminOutcome.Done, await Unblock(shared.Admin, "203.0.113.7/24"));
        Assert.Equal(AdminOutcome.NotThere, await Unblock(shared.Admin, "203.0.113.0/24"));
        Assert.False(IsBlocked("203.0.113.7"));
        Assert.True(IsBlocked("2001:db8:1::1"));
        Assert.False(IsBlocked("2001:db9::1"));
        Assert.False(IsBlocked("::1"));
    }

    [Fact]
    public async Task Only_an_administrator_can_unblock_and_concurrent_unblocks_are_recorded_once()
    {
        await Block("192.0.2.0/24");
        await _server.Leaves(async () => Assert.Equal(AdminOutcome.NotAdministrator, await Unblock(Verbs.Somebody, "192.0.2.0/24")));
        Assert.True(IsBlocked("192.0.2.1"));
        await _server.Leaves(
            async () =>
            {
                var outcomes = await Verbs.AtOnce(8, _ => Unblock(shared.Admin, "192.0.2.9/24"));
                Assert.Single(outcomes, outcome => outcome == AdminOutcome.Done);
            },
            LeftRow.ByAdmin(AuditKind.NetworkUnblocked, shared.Admin.Account!.Id, "192.0.2.0/24"));
    }

    [Fact]
    public async Task Operator_can_unblock_without_an_account_and_learns_whether_the_network_was_blocked()
    {
        await Block("198.18.0.0/16");
        await _server.Leaves(
            async () => Assert.True(await _server.Get<UnblockNetwork>().Run("198.18.7.7/16", CancellationToken.None)),
            LeftRow.ByOperator(AuditKind.NetworkUnblocked, "198.18.0.0/16"));
        await _server.Leaves(
            async () => Assert.False(await _server.Get<UnblockNetwork>().Run("198.18.0.0/16", CancellationToken.None)));
        Assert.DoesNotContain(
            await _server.Get<BlockedNetworks>().List(CancellationToken.None), listed => listed.Block.Network is "198.18.0.0/16");
    }

    private async Task Block(string network) => Assert.IsType<BlockOutcome.Blocked>(
        await _server.Get<BlockNetwork>().Run(shared.Admin, network, "abuse", null, CancellationToken.None));

    private Task<AdminOutcome> Unblock(Caller admin, string network) =>
        _server.Get<UnblockNetwork>().Run(admin, network, CancellationToken.None);

    private bool IsBlocked(string address) => _server.Get<BlockedNetworks>().Find(IPAddress.Parse(address)) is not null;
}

using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Networks;

/// <summary>Which networks are blocked, and for how long.</summary>
public sealed class BlockNetworkTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7/32")]
    [InlineData(" 203.0.113.7/24 ", "203.0.113.0/24")]
    [InlineData("203.0.113.255/29", "203.0.113.248/29")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("2001:DB8::1", "2001:db8::1/128")]
    [InlineData("2001:db8:ffff:ffff::/33", "2001:db8:8000::/33")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7/32")]
    [InlineData("::ffff:203.0.113.7/120", "203.0.113.0/24")]
    public async Task Network_is_stored_in_one_canonical_form(string typed, string stored)
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        Assert.Equal(new BlockOutcome.Blocked(stored), await Block(server, admin, typed));
        Assert.Equal(stored, Assert.Single(await List(server)).Network);
    }

    [Theory]
    [InlineData(""), InlineData("example.com"), InlineData("203.0.113"), InlineData("1"), InlineData("0x7f.0.0.1"), InlineData("010.0.0.1")]
    [InlineData("203.0.113.0/33"), InlineData("203.0.113.0/"), InlineData("203.0.113.0/-1"), InlineData("203.0.113.0/24/24")]
    [InlineData("[2001:db8::1]:80"), InlineData("fe80::1%eth0"), InlineData("2001:db8::/129"), InlineData("203.0.113.0/ 24")]
    public async Task Invalid_network_is_refused(string typed)
    {
        await using var server = await RunningServer.Start();
        Assert.IsType<BlockOutcome.BadNetwork>(await Block(server, await server.AddAdmin(), typed));
        Assert.Empty(await List(server));
    }

    [Theory]
    [InlineData("10.0.0.0/7", 8), InlineData("0.0.0.0/0", 8), InlineData("2000::/15", 16), InlineData("::/0", 16)]
    [InlineData("::ffff:0:0/96", 8), InlineData("::ffff:1.2.3.4/95", 96), InlineData("::/16", 96)]
    public async Task Network_that_is_too_wide_is_refused(string typed, int least)
    {
        await using var server = await RunningServer.Start();
        Assert.Equal(new BlockOutcome.TooWide(least), await Block(server, await server.AddAdmin(), typed));
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7"), InlineData("198.51.100.7", "198.0.0.0/8")]
    [InlineData("198.51.100.7", "::ffff:198.51.100.7")]
    [InlineData("2001:db8:1:2::/64", "2001:db8::/32"), InlineData("2001:db8:1:2::/64", "2001:db8:1:2::5")]
    public async Task Administrator_cannot_block_their_own_network(string client, string typed)
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin() with { Client = client };
        Assert.IsType<BlockOutcome.OwnNetwork>(await Block(server, admin, typed));
        Assert.IsType<BlockOutcome.Blocked>(await Block(server, admin with { Client = "unknown" }, typed));
    }

    [Fact]
    public async Task Block_ends_at_its_expiry_and_a_wider_block_stays_in_force()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        var now = server.Clock.GetUtcNow();
        Assert.IsType<BlockOutcome.BadTime>(await Block(server, admin, "203.0.113.7", expires: now));
        await Block(server, admin, "203.0.113.7", expires: now.AddHours(1));
        await Block(server, admin, "203.0.113.0/24", expires: now.AddHours(2));
        Assert.True(IsBlocked(server, "203.0.113.7"));
        Assert.True(IsBlocked(server, "::ffff:203.0.113.7"));
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(IsBlocked(server, "203.0.113.7"));
        Assert.Equal("203.0.113.0/24", Assert.Single(await List(server)).Network);
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(IsBlocked(server, "203.0.113.7")); // without reading the database again
        Assert.Empty(await List(server));
        await Block(server, admin, "192.0.2.1");
        await using var db = server.Database();
        Assert.Equal(1, await db.BlockedNetworks.CountAsync()); // the next block deletes expired ones
    }

    [Fact]
    public async Task Blocking_a_network_again_replaces_its_reason_and_expiry()
    {
        await using var server = await RunningServer.Start();
        var (admin, other) = (await server.AddAdmin(), await server.AddAdmin("other@example.com"));
        await Block(server, admin, "203.0.113.0/24");
        server.Clock.Advance(TimeSpan.FromHours(1));
        var end = server.Clock.GetUtcNow().AddDays(1);
        await server.Get<BlockNetwork>().Run(other, "203.0.113.9/24", " guesses\npassphrases ", end, CancellationToken.None);
        var block = Assert.Single(await List(server));
        Assert.Equal(("guesses passphrases", other.Account!.Id), (block.Reason, block.BlockedBy));
        Assert.Equal(end, block.Expires!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Newest_blocks_are_listed_first()
    {
        await using var server = await RunningServer.Start();
        var admin = await server.AddAdmin();
        foreach (var network in new[] { "192.0.2.1", "192.0.2.3", "192.0.2.2" })
        {
            await Block(server, admin, network);
            server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal("192.0.2.2/32 192.0.2.3/32 192.0.2.1/32", string.Join(' ', (await List(server)).Select(block => block.Network)));
    }

    private static Task<BlockOutcome> Block(RunningServer server, Caller admin, string network, DateTimeOffset? expires = null) =>
        server.Get<BlockNetwork>().Run(admin, network, "abuse", expires, CancellationToken.None);

    private static async Task<IReadOnlyList<BlockedNetwork>> List(RunningServer server) =>
        [.. (await server.Get<BlockedNetworks>().List(CancellationToken.None)).Select(listed => listed.Block)];

    private static bool IsBlocked(RunningServer server, string address) =>
        server.Get<BlockedNetworks>().Find(IPAddress.Parse(address)) is not null;
}

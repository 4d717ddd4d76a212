using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Banner;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Live;
using OneTimeSecret.Tests.Storage;
using OneTimeSecret.Web.Jobs;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>A server picks up the changes of other instances within seconds.</summary>
public sealed class MemoryWatchTests
{
    private static readonly IPAddress Client = IPAddress.Loopback;

    [Fact]
    public async Task Blocks_and_banner_set_by_another_instance_apply_within_five_seconds()
    {
        await using var one = await RunningServer.Start(null, Watch);
        await using var other = await RunningServer.Start(one.Folder, adjust: null);
        var admin = await one.AddAdmin();
        await other.Get<BlockNetwork>().Run(admin, "127.0.0.0/8", "abuse", null, CancellationToken.None);
        await other.Get<SetBanner>().Run(admin, "text", null, CancellationToken.None);
        Assert.Null(one.Get<BlockedNetworks>().Find(Client));
        one.Clock.Advance(TimeSpan.FromSeconds(5));
        await Verbs.Until(() => one.Get<BlockedNetworks>().Find(Client) is not null && one.Get<CurrentBanner>().Text is "text");
        await other.Get<UnblockNetwork>().Run("127.0.0.0/8", CancellationToken.None);
        one.Clock.Advance(TimeSpan.FromSeconds(5));
        await Verbs.Until(() => one.Get<BlockedNetworks>().Find(Client) is null);
    }

    [Fact]
    public async Task Starting_server_applies_existing_blocks_from_its_first_request()
    {
        await using var other = await RunningServer.Start();
        await other.Get<BlockNetwork>().Run(await other.AddAdmin(), "127.0.0.1", "abuse", null, CancellationToken.None);
        await using var one = await RunningServer.Start(other.Folder, Watch);
        Assert.NotNull(one.Get<BlockedNetworks>().Find(Client));
    }

    [Fact]
    public async Task Live_pages_of_a_blocked_network_are_closed_and_others_stay_open()
    {
        await using var server = await RunningServer.Start(null, Watch, "--Site:TrustedProxies=127.0.0.1");
        var (key, metadata) = await server.Share("value");
        using var one = await LiveStream.Open(server.Http, metadata, "203.0.113.7");
        using var other = await LiveStream.Open(server.Http, metadata, "192.0.2.1");
        Assert.Equal("new", await one.Next());
        Assert.Equal("new", await other.Next());
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "203.0.113.0/24", "abuse", null, CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        await Verbs.Until(() => server.Get<LivePages>().Streams == 1);
        await server.Reveal(key);
        Assert.Equal("received", await other.Next());
    }

    [Fact]
    public async Task Blocks_stay_in_force_while_the_database_is_unavailable()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, builder =>
        {
            Watch(builder);
            faults.Attach(builder);
        });
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "127.0.0.1", "abuse", null, CancellationToken.None);
        faults.Failing = "FROM \"BlockedNetworks\"";
        await Assert.ThrowsAsync<SqliteException>(() => server.Get<BlockedNetworks>().Refresh(CancellationToken.None));
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        await Task.Delay(100);
        Assert.NotNull(server.Get<BlockedNetworks>().Find(Client));
        faults.Failing = null;
        await server.Get<UnblockNetwork>().Run("127.0.0.1", CancellationToken.None);
        server.Clock.Advance(TimeSpan.FromSeconds(5)); // the watch goes on
        await Verbs.Until(() => server.Get<BlockedNetworks>().Find(Client) is null);
    }

    private static void Watch(WebApplicationBuilder builder) => builder.Services.AddHostedService<MemoryWatch>();
}

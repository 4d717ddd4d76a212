using System.Net;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Logging;

namespace OneTimeSecret.Tests.Storage;

/// <summary>New secrets are refused before the disk is full. Everything that makes room goes on.</summary>
public sealed class StorageRoomTests
{
    private const long Mebibyte = 1024 * 1024;
    private const long Reserve = 12 * Mebibyte;

    private static readonly string Large = new('x', 10_000);

    [Fact]
    public async Task Creates_are_refused_with_503_while_revealing_burning_and_purging_go_on()
    {
        await using var server = await RunningServer.Start();
        var (revealed, burned) = (await server.Conceal("one"), await server.Conceal("two"));
        await server.Conceal("three", ttl: 60);
        server.Get<StorageRoom>().Free = () => Reserve / 4;
        foreach (var path in (string[])["/api/v1/share", "/api/v1/generate"])
        {
            using var answer = await server.Post(path, ("secret", "no room"));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(60), answer.Headers.RetryAfter?.Delta);
            Assert.Equal("The server is busy. Nothing was done; try again later.", (string?)(await RunningServer.Json(answer))["message"]);
        }
        Assert.Equal("one", (await server.TryReveal(revealed.Key)).Value());
        Assert.IsType<BurnOutcome.Burned>(await server.TryBurn(burned.Metadata));
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(1, (await server.Get<PurgeExpired>().Run(CancellationToken.None)).Secrets);
    }

    [Fact]
    public async Task The_page_says_that_there_is_no_room_and_keeps_what_was_typed()
    {
        await using var server = await RunningServer.Start();
        server.Get<StorageRoom>().Free = () => 0;
        using var reader = await new Reader(server).Open("/");
        await reader.Send(("Input.Secret", "typed"));
        Assert.Equal((503, "typed"), (reader.Status, reader.Value("#secret")));
        Assert.StartsWith("Nothing was stored. Links that exist still work", reader.Text("#form-error"), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(60), reader.Answer.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Unused_pages_of_the_database_take_new_secrets_when_it_may_not_grow()
    {
        await using var server = await RunningServer.Start();
        var secrets = new List<MetadataKey>();
        for (var i = 0; i < 20; i++)
            secrets.Add((await server.Conceal(Large)).Metadata);
        server.Get<StorageRoom>().Free = () => Reserve / 5;
        Assert.False(await Stores(server));
        foreach (var secret in secrets)
            await server.TryBurn(secret);
        var stored = 0;
        while (await Stores(server))
            stored++;
        Assert.InRange(stored, 8, 20);
        server.Get<StorageRoom>().Free = () => Reserve / 9; // less than the log needs
        server.Clock.Advance(TimeSpan.FromDays(8));
        await server.Get<PurgeExpired>().Run(CancellationToken.None);
        Assert.False(await Stores(server));
    }

    [Fact]
    public async Task Stored_bytes_stay_below_the_limit_and_a_reveal_makes_room()
    {
        const int max = 2_000_000;
        await using var server = await RunningServer.Start($"--Storage:MaxBytes={max}");
        var last = await Share(server);
        var first = last!;
        while (await Share(server) is { } next)
            last = next;
        Assert.InRange((await Look(server)).Used, max - 40_000, max);
        await server.TryReveal(SecretKey.Parse(last!.SecretKey)!);
        await server.TryReveal(SecretKey.Parse(first.SecretKey)!);
        Assert.True(await Stores(server));
        Assert.InRange((await Look(server)).Used, max - 40_000, max);
    }

    [Fact]
    public async Task Creates_that_share_a_transaction_count_together()
    {
        await using var server = await RunningServer.Start();
        var free = (Reserve / 4) + (5 * 2 * 20_000);
        server.Get<StorageRoom>().Free = () => free;
        var stored = await server.Race(12, _ => Stores(server));
        Assert.InRange(stored.Count(isStored => isStored), 4, 6);
    }

    [Fact]
    public async Task Without_its_reserve_the_server_stores_nothing_new_until_there_is_room_for_it_again()
    {
        await using var server = await RunningServer.Start();
        var (room, file) = (server.Get<StorageRoom>(), server.Get<DataFolder>().Reserve);
        room.FreeReserve();
        Assert.False(File.Exists(file));
        Assert.False(await Stores(server));
        room.Free = () => Reserve;
        Assert.False(room.MakeReserve());
        room.Free = () => Reserve * 2;
        server.Clock.Advance(RoomWatch.Interval);
        await Verbs.Until(() => room.MakeReserve());
        Assert.True(await Stores(server));
    }

    [Theory]
    [InlineData(5 * Reserve, RoomState.Enough, "Healthy", "")]
    [InlineData(3 * Reserve, RoomState.Low, "Degraded", "Room is running short")]
    [InlineData(Reserve / 5, RoomState.Full, "Degraded", "New secrets are refused")]
    public async Task Health_and_overview_warn_long_before_the_disk_is_full(long free, RoomState state, string health, string warning)
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        server.Get<StorageRoom>().Free = () => free;
        Assert.Equal(state, (await Look(server)).State);
        using var answer = await server.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, health), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        // Probes come every few seconds.
        Assert.DoesNotContain(log.Lines, line => line.Contains("Health check", StringComparison.Ordinal));
        using var admin = await server.SignInAdmin("/admin");
        Assert.StartsWith(warning, admin.Has(".board .error") ? admin.Text(".board .error") : "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_fifths_of_the_limit_are_a_warning()
    {
        await using var server = await RunningServer.Start("--Storage:MaxBytes=1000000000");
        Assert.Equal(RoomState.Enough, (await Look(server)).State);
        var used = (await Look(server)).Used;
        await using var small = await RunningServer.Start($"--Storage:MaxBytes={used * 6 / 5}");
        Assert.Equal(RoomState.Low, (await Look(small)).State);
    }

    /// <summary>A sparse file, or one that the file system compresses, would hold nothing.</summary>
    [Fact]
    public async Task The_reserve_consists_of_real_blocks_of_its_own_user()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no stat.");
        await using var server = await RunningServer.Start();
        var file = server.Get<DataFolder>().Reserve;
        Assert.Equal($"600 {Reserve} {Reserve / 512}\n", await Bash.Run($"stat -c '%a %s %b' '{file}'"));
        Assert.NotEqual(0, (await File.ReadAllBytesAsync(file)).Count(b => b == 0xff));
    }

    [Fact]
    public async Task A_start_on_a_full_volume_frees_the_reserve_first()
    {
        await using var server = await RunningServer.Start();
        var room = server.Get<StorageRoom>();
        room.FreeReserveIfFull();
        Assert.True(File.Exists(server.Get<DataFolder>().Reserve));
        room.Free = () => 1000;
        room.FreeReserveIfFull();
        Assert.False(File.Exists(server.Get<DataFolder>().Reserve));
    }

    private static async Task<bool> Stores(RunningServer server) => await Share(server) is not null;

    /// <summary>Conceals 10 000 bytes. Null: there was no room.</summary>
    private static async Task<Receipt?> Share(RunningServer server)
    {
        var outcome = await server.Get<ConcealSecret>().Run(
            Encoding.ASCII.GetBytes(Large), new SecretDraft(null, null), Verbs.Somebody, CancellationToken.None);
        if (outcome is ConcealOutcome.Concealed(var receipt))
            return receipt;
        Assert.IsType<ConcealOutcome.NoRoom>(outcome);
        return null;
    }

    private static Task<Room> Look(RunningServer server) => server.Get<StorageRoom>().Look(CancellationToken.None);
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Storage.Sqlite;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Receipts;

public sealed class WatchReceiptTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(ReceiptState.Received)]
    [InlineData(ReceiptState.Burned)]
    public async Task Every_watcher_gets_the_state_then_its_change_and_then_the_end_of_the_stream(ReceiptState final)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value");
        var (other, otherMetadata) = await server.Conceal("other");
        await using (var first = Watch(server, metadata))
        await using (var second = Watch(server, metadata))
        await using (var stranger = Watch(server, otherMetadata))
        {
            foreach (var watch in new[] { first, second, stranger })
                Assert.Equal(ReceiptState.New, await Next(watch));
            var (one, two, three) = (Next(first), Next(second), Next(stranger));
            _ = final == ReceiptState.Received ? (object)await server.TryReveal(key) : await server.TryBurn(metadata);
            Assert.Equal((final, final), (await one, await two));
            Assert.Equal((null, null), (await Next(first), await Next(second)));
            Assert.False(three.IsCompleted);
            await server.TryReveal(other);
            Assert.Equal(ReceiptState.Received, await three);
        }
        Assert.Equal(0, server.Get<ReceiptSignals>().Watched);
    }

    [Fact]
    public async Task Watcher_gets_the_expiry_on_time_without_the_purge()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Conceal("value", ttl: 60);
        await using var watch = Watch(server, metadata);
        Assert.Equal(ReceiptState.New, await Next(watch));
        var next = Next(watch);
        server.Clock.Advance(WatchReceipt.Heartbeat);
        Assert.Equal(ReceiptState.New, await next);
        next = Next(watch);
        server.Clock.Advance((await server.Receipt(metadata)).SecretExpires - server.Clock.GetUtcNow() - Tick);
        Assert.False(next.IsCompleted);
        server.Clock.Advance(2 * Tick);
        Assert.Equal(ReceiptState.Expired, await next);
        Assert.Null(await Next(watch));
    }

    [Fact]
    public async Task The_heartbeat_repeats_the_state_without_reading_it()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (_, metadata) = await server.Conceal("value");
        await using var watch = Watch(server, metadata);
        Assert.Equal(ReceiptState.New, await Next(watch));
        faults.Failing = "SELECT";
        for (var i = 0; i < 3; i++)
        {
            var next = Next(watch);
            server.Clock.Advance(WatchReceipt.Heartbeat - Tick);
            Assert.False(next.IsCompleted);
            server.Clock.Advance(Tick);
            Assert.Equal(ReceiptState.New, await next);
        }
        faults.Failing = null;
    }

    [Fact]
    public async Task Final_states_are_yielded_once_and_unknown_receipts_not_at_all()
    {
        await using var server = await RunningServer.Start();
        var (received, burned, expired, orphaned) = (
            await server.Conceal("a"), await server.Conceal("b"), await server.Conceal("c", ttl: 60), await server.Conceal("d"));
        await server.TryReveal(received.Key);
        await server.TryBurn(burned.Metadata);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await using (var db = server.Database())
            await db.Secrets.Where(s => s.Id == orphaned.Key.Id).ExecuteDeleteAsync();
        Assert.Equal([ReceiptState.Received], await All(server, received.Metadata));
        Assert.Equal([ReceiptState.Burned], await All(server, burned.Metadata));
        Assert.Equal([ReceiptState.Expired], await All(server, expired.Metadata));
        Assert.Equal([ReceiptState.Orphaned], await All(server, orphaned.Metadata));
        server.Clock.Advance(TimeSpan.FromSeconds(60)); // the receipt itself expires
        foreach (var unknown in new[] { null, MetadataKey.New(), MetadataKey.Parse(received.Key.Text), expired.Metadata })
            Assert.Empty(await All(server, unknown));
    }

    [Fact]
    public async Task A_reveal_between_the_first_read_and_the_wait_is_not_missed()
    {
        var between = new AfterRead();
        await using var server = await RunningServer.Start(
            null, builder => builder.Services.ConfigureDbContext<SqliteOtsDbContext>(options => options.AddInterceptors(between)));
        var (key, metadata) = await server.Conceal("value");
        between.Then = () => server.TryReveal(key);
        Assert.Equal([ReceiptState.New, ReceiptState.Received], await All(server, metadata));
    }

    [Fact]
    public async Task Reveal_that_fails_to_commit_is_not_announced()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (key, metadata) = await server.Conceal("value");
        await using var watch = Watch(server, metadata);
        Assert.Equal(ReceiptState.New, await Next(watch));
        var next = Next(watch);
        faults.CommitsFail = true;
        await Assert.ThrowsAsync<SqliteException>(() => server.TryReveal(key));
        faults.CommitsFail = false;
        server.Clock.Advance(WatchReceipt.Heartbeat);
        Assert.Equal(ReceiptState.New, await next);
        next = Next(watch);
        Assert.NotNull((await server.TryReveal(key)).Value());
        Assert.Equal(ReceiptState.Received, await next);
    }

    [Fact]
    public async Task Reveal_before_the_expiry_with_a_late_commit_is_not_shown_as_expired()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Conceal("value", ttl: 60);
        await using var watch = Watch(server, metadata);
        Assert.Equal(ReceiptState.New, await Next(watch));
        var next = Next(watch);
        server.Clock.Advance(WatchReceipt.Heartbeat);
        Assert.Equal(ReceiptState.New, await next);
        next = Next(watch);
        var queue = server.Get<WriteQueue>();
        TaskCompletionSource begun = new(), slow = new();
        var held = await HeldWrites.Hold(queue);
        var reveal = server.TryReveal(key);
        await Verbs.Until(() => queue.Depth == 1);
        var neighbour = queue.Run(
            async _ =>
            {
                begun.SetResult();
                await slow.Task;
                return 0;
            },
            CancellationToken.None);
        held.SetResult();
        await begun.Task; // the reveal has deleted the row, but its batch is not committed yet
        server.Clock.Advance(TimeSpan.FromSeconds(31));
        await Verbs.Until(() => queue.Depth == 1); // the watcher's query is queued behind it
        slow.SetResult();
        await neighbour;
        Assert.Equal("value", (await reveal).Value());
        Assert.Equal(ReceiptState.Received, await next);
    }

    [Fact]
    public async Task Watcher_that_continues_after_the_expiry_gets_the_state_Expired()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Conceal("value", ttl: 60);
        await using var watch = Watch(server, metadata);
        Assert.Equal(ReceiptState.New, await Next(watch));
        server.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(ReceiptState.Expired, await Later(server, Next(watch)));
    }

    [Fact]
    public async Task Cancelled_watch_ends_without_an_exception_and_leaves_nothing_behind()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Conceal("value");
        using var leave = new CancellationTokenSource();
        await using (var watch = server.Get<WatchReceipt>().Run(metadata, leave.Token).GetAsyncEnumerator(CancellationToken.None))
        {
            Assert.Equal(ReceiptState.New, await Next(watch));
            var next = Next(watch);
            Assert.Equal(1, server.Get<ReceiptSignals>().Watched);
            await leave.CancelAsync();
            Assert.Null(await next);
        }
        Assert.Equal(0, server.Get<ReceiptSignals>().Watched);
    }

    private static IAsyncEnumerator<ReceiptState> Watch(RunningServer server, MetadataKey? key) =>
        server.Get<WatchReceipt>().Run(key, CancellationToken.None).GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<ReceiptState?> Next(IAsyncEnumerator<ReceiptState> watch) =>
        await watch.MoveNextAsync().AsTask().WaitAsync(Patience) ? watch.Current : null;

    private static Task<List<ReceiptState>> All(RunningServer server, MetadataKey? key) =>
        server.Get<WatchReceipt>().Run(key, CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(Patience);

    /// <summary>Advances the clock until the task completes.</summary>
    private static async Task<T> Later<T>(RunningServer server, Task<T> coming)
    {
        await Verbs.Until(() =>
        {
            server.Clock.Advance(Tick);
            return coming.IsCompleted;
        });
        return await coming;
    }

    /// <summary>Runs an action once, right after the first statement that reads a receipt.</summary>
    private sealed class AfterRead : DbCommandInterceptor
    {
        public Func<Task>? Then { get; set; }

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(
            DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (Then is { } then && command.CommandText.Contains("FROM \"Receipts\"", StringComparison.Ordinal))
            {
                Then = null;
                await then();
            }
            return result;
        }
    }
}

using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Receipts;

/// <summary>Lists of an account with very many receipts, half of them with the same time.</summary>
[Collection(nameof(Alone))]
public sealed class HundredThousandReceiptsTests(HundredThousandReceiptsTests.Filled filled)
    : IClassFixture<HundredThousandReceiptsTests.Filled>
{
    private const int Count = 100_000;
    private const int SampleEvery = 10_000;
    private const int WritesPerSample = 50;
    private const long MostSteps = 5_000; // the whole list takes a million
    private const long LiveBytes = 4_000_000; // the whole list takes sixty million

    private RunningServer Server => filled.Server;

    private SignedIn Owner => filled.Owner;

    [Theory]
    [InlineData(null, null, ReceiptSort.Created, true)]
    [InlineData(null, null, ReceiptSort.SecretExpires, false)]
    [InlineData(null, ReceiptState.Burned, ReceiptSort.SecretExpires, true)]
    [InlineData(null, ReceiptState.Burned, ReceiptSort.Created, false)]
    [InlineData("anna@example.com", null, ReceiptSort.Created, true)]
    [InlineData("anna@example.com", ReceiptState.New, ReceiptSort.Created, false)]
    [InlineData("nobody@example.com", ReceiptState.New, ReceiptSort.Created, true)]
    public async Task Every_page_of_a_long_list_costs_few_database_steps(
        string? search, ReceiptState? state, ReceiptSort sort, bool descending)
    {
        var query = new ReceiptQuery(state, search, sort, descending);
        Assert.InRange(await Steps(query), 0, MostSteps);
        foreach (var place in new[] { 100, 25_000, 49_990, 50_010, 75_000, 99_990 })
            foreach (var back in new[] { false, true })
                Assert.InRange(await Steps(query with { Cursor = await Cursor(place, back, sort, descending) }), 0, MostSteps);
    }

    [Fact]
    public async Task API_list_is_streamed_with_constant_memory_and_a_linear_number_of_steps()
    {
        filled.Reads.Forget();
        var receipts = Server.Get<RecentReceipts>().Run(Owner, CancellationToken.None);
        Assert.Equal(Count, await Sampled(receipts, GC.GetTotalMemory(forceFullCollection: true)));
        Assert.InRange(filled.Reads.Steps, Count, 150L * Count);
    }

    [Fact]
    public async Task API_response_is_streamed_and_not_buffered()
    {
        // Warm-up: memory that the process keeps after its first request must not count.
        await filled.Http.GetByteArrayAsync(new Uri("/api/v1/private/recent", UriKind.Relative));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var answer = await filled.Http.GetAsync(
            new Uri("/api/v1/private/recent", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        Assert.InRange(await Sampled(Braces(body), before), Count, int.MaxValue);
    }

    [Fact]
    public async Task Export_is_streamed_and_not_buffered()
    {
        // Warm-up: memory that the process keeps after the first export, such as query plans, must not count.
        await Server.Get<ExportReceipts>().Run(Owner, Stream.Null, CancellationToken.None);
        await using var sampling = new SamplingStream();
        await Server.Get<ExportReceipts>().Run(Owner, sampling, CancellationToken.None);
        Assert.Equal(Count + 1, sampling.Lines);
        Assert.InRange(sampling.MostLive, long.MinValue, LiveBytes);
    }

    /// <summary>An open reader would prevent the truncation of the write-ahead log, and so the erasure of deleted data.</summary>
    [Fact]
    public async Task Slow_download_of_an_export_keeps_no_read_transaction_open()
    {
        await using var slow = new SlowStream();
        var export = Server.Get<ExportReceipts>().Run(Owner, slow, CancellationToken.None);
        await slow.Reached.WaitAsync(TimeSpan.FromSeconds(120));
        await using var db = Server.Database();
        await db.Database.OpenConnectionAsync();
        await using (var checkpoint = db.Database.GetDbConnection().CreateCommand())
        {
            checkpoint.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            await using DbDataReader result = await checkpoint.ExecuteReaderAsync();
            Assert.True(await result.ReadAsync());
            Assert.Equal(0, result.GetInt32(0));
        }
        slow.Go();
        await export;
    }

    private static async Task<int> Sampled<T>(IAsyncEnumerable<T> items, long before)
    {
        var count = 0;
        await foreach (var _ in items)
            if (++count % SampleEvery == 0)
                Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, LiveBytes);
        return count;
    }

    /// <summary>Yields one item for each JSON object in the response.</summary>
    private static async IAsyncEnumerable<byte> Braces(Stream body)
    {
        var buffer = new byte[16_384];
        for (int read; (read = await body.ReadAsync(buffer)) > 0;)
            for (var i = 0; i < read; i++)
                if (buffer[i] == '{')
                    yield return buffer[i];
    }

    private async Task<long> Steps(ReceiptQuery query)
    {
        filled.Reads.Forget();
        await Server.Get<BrowseReceipts>().Run(Owner, query, CancellationToken.None);
        return filled.Reads.Steps;
    }

    private async Task<string> Cursor(int place, bool back, ReceiptSort sort, bool descending)
    {
        var order = new ReceiptOrder(sort, descending);
        await using var db = Server.Database();
        var row = await order.Sort(db.Receipts.AsNoTracking().Where(r => r.OwnerId == Owner.Id)).Skip(place).FirstAsync();
        return new TextCursor(back, order.Text + order.PositionOf(row).Text).Text();
    }

    public sealed class Filled : IAsyncLifetime
    {
        internal WatchedReads Reads { get; } = new();

        internal RunningServer Server { get; private set; } = null!;

        internal HttpClient Http { get; private set; } = null!;

        internal SignedIn Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await RunningServer.Start(null, Reads.Attach);
            Http = await Server.Account("owner@example.com");
            await using var db = Server.Database();
            Owner = new SignedIn(
                (await db.FindAccount("owner@example.com", CancellationToken.None)).Id, "owner@example.com", true, TokenScopes.All);
            var now = Server.Clock.GetUtcNow();
            await Server.Write(Owner, Enumerable.Range(0, Count).Select(i => new ManyReceipts.Row(
                now.AddSeconds(-Math.Max(0, i - (Count / 2))), 604_800, (ReceiptState)(i % 4), i % 1000 == 0 ? "anna@example.com" : null)));
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await Server.DisposeAsync();
        }
    }

    private sealed class SamplingStream : MemoryStream
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private int _writes;

        public int Lines { get; private set; }

        public long MostLive { get; private set; }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lines += buffer.Span.Count((byte)'\n');
            if (_writes++ % WritesPerSample == 0)
                MostLive = Math.Max(MostLive, GC.GetTotalMemory(forceFullCollection: true) - _before);
            return ValueTask.CompletedTask;
        }

        public override void Write(ReadOnlySpan<byte> buffer) => throw new InvalidOperationException("Kestrel forbids it.");

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Kestrel forbids it.");
    }

    private sealed class SlowStream : MemoryStream
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void Go() => _go.TrySetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _reached.TrySetResult();
            await _go.Task;
        }
    }
}

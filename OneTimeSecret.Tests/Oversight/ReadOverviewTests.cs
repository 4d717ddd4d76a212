using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Oversight;

/// <summary>The figures of the overview, which are updated as things happen.</summary>
public sealed class ReadOverviewTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Overview_shows_exactly_the_last_thirty_days_in_order_without_gaps()
    {
        await _server.Conceal("value");
        _server.Clock.Advance(TimeSpan.FromDays(29));
        await _server.Conceal("value");
        await _server.Conceal("value");
        Assert.Equal([1, .. Enumerable.Repeat(0L, 28), 2], (await Read()).Days.Select(day => day.Created));
        _server.Clock.Advance(TimeSpan.FromDays(1));
        var days = (await Read()).Days;
        Assert.Equal([.. Enumerable.Repeat(0L, 28), 2, 0], days.Select(day => day.Created));
        Assert.Equal(Enumerable.Range(days[0].Day, 30), days.Select(day => day.Day));
        Assert.Equal(_server.Clock.GetUtcNow().ToUnixTimeSeconds() / 86_400, days[^1].Day);
    }

    [Fact]
    public async Task Queued_mails_and_undeliverable_mails_are_counted_separately()
    {
        var owner = (await _server.AddAccount()).Id;
        foreach (var state in (MailState[])[MailState.Queued, MailState.Queued, MailState.Failed, MailState.Sent])
            await _server.AddMail(owner, state);
        var overview = await Read();
        Assert.Equal((2, 1), (overview.MailsWaiting, overview.DeadLetters));
    }

    [Fact]
    public async Task Each_job_comes_with_its_last_run()
    {
        Assert.All((await Read()).Jobs, job => Assert.Null(job.Value));
        foreach (var count in new[] { 1, 2 })
        {
            await _server.Get<RunJob>().Run(JobNames.Purge, _ => Task.FromResult(count), CancellationToken.None);
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        var jobs = (await Read()).Jobs;
        Assert.Equal(JobNames.All.ToHashSet(StringComparer.Ordinal), jobs.Keys.ToHashSet(StringComparer.Ordinal));
        Assert.Equal(2, jobs[JobNames.Purge]?.Count);
        Assert.Null(jobs[JobNames.Trim]);
    }

    [Fact]
    public async Task File_sizes_pending_writes_and_the_oldest_unerased_delete_are_current()
    {
        await _server.Conceal("value");
        var overview = await Read();
        var database = _server.Get<DataFolder>().Database;
        Assert.Equal(
            (new FileInfo(database).Length, new FileInfo(database + "-wal").Length, 0),
            (overview.Room.DatabaseBytes, overview.Room.LogBytes, overview.QueueDepth));
        Assert.Equal(_server.Get<Leftovers>().OldestUnerased, overview.OldestDelete);
        Assert.NotNull(overview.OldestDelete);
        var queue = _server.Get<WriteQueue>();
        Task waiting;
        await using (new WriteLock(_server))
        {
            var first = queue.Run(_ => Task.FromResult(0), CancellationToken.None);
            await Verbs.Until(() => queue.Depth == 0);
            waiting = Task.WhenAll(first, queue.Run(_ => Task.FromResult(0), CancellationToken.None));
            Assert.Equal(1, (await Read()).QueueDepth);
        }
        await waiting;
    }

    private Task<Overview> Read() => _server.Get<ReadOverview>().Run(CancellationToken.None);
}

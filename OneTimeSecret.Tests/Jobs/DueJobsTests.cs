using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Which jobs a tick starts, also when the clock was set.</summary>
public sealed class DueJobsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    private static CancellationToken Never => CancellationToken.None;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(
            "--Jobs:WarnSeconds=90", "--Jobs:TrimSeconds=5000", "--Jobs:EraseSeconds=3600", "--Jobs:DeliverSeconds=60");
        _server.Clock.AdjustTime(new DateTimeOffset(2030, 1, 1, 12, 0, 2, TimeSpan.Zero)); // a tick, two seconds late
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Jobs_that_never_ran_are_due_except_erase_and_deliver_which_ticks_do_not_start() =>
        Assert.Equal([JobNames.Purge, JobNames.Warn, JobNames.Trim], await Due());

    /// <summary>Ticks come a little late. A job starts at the last tick within its interval.</summary>
    [Theory]
    [InlineData(JobNames.Purge, 58, true), InlineData(JobNames.Purge, 5, true), InlineData(JobNames.Purge, 1, false)] // every 60 s
    [InlineData(JobNames.Warn, 58, true), InlineData(JobNames.Warn, 1, false)] // every 90 s: the next tick would be too late
    [InlineData(JobNames.Trim, 4915, false), InlineData(JobNames.Trim, 4975, true), InlineData(JobNames.Trim, 90_000, true)]
    public async Task A_job_is_due_at_the_last_tick_within_its_interval(string job, int secondsAgo, bool isDue)
    {
        await Ran(job, TimeSpan.FromSeconds(-secondsAgo));
        Assert.Equal(isDue, await IsDue(job));
    }

    [Theory]
    [InlineData(JobResult.Done, false), InlineData(JobResult.Failed, false)] // is retried after the interval, not at the next tick
    [InlineData(JobResult.Delayed, true), InlineData(JobResult.Running, true)] // the server was stopped, or killed, in the middle
    public async Task Only_an_interrupted_run_is_due_again_at_once(JobResult result, bool isDue)
    {
        await Ran(JobNames.Trim, TimeSpan.FromSeconds(-5), result);
        Assert.Equal(isDue, await IsDue(JobNames.Trim));
    }

    [Fact]
    public async Task A_job_that_runs_is_not_started_again()
    {
        var (began, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var run = _server.Get<RunJob>().Run(
            JobNames.Purge,
            async _ =>
            {
                began.SetResult();
                await go.Task;
                return 0;
            },
            Never);
        await began.Task;
        _server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await IsDue(JobNames.Purge));
        go.SetResult();
        await run;
        Assert.True(await IsDue(JobNames.Purge));
    }

    [Theory, InlineData(10), InlineData(24 * 60)]
    public async Task Job_is_due_once_after_the_clock_was_set_back_and_then_keeps_its_interval(int minutes)
    {
        for (var i = 0; i < 3; i++)
            await Ran(JobNames.Trim, TimeSpan.FromMinutes(-i));
        Assert.False(await IsDue(JobNames.Trim));
        _server.Clock.AdjustTime(_server.Clock.GetUtcNow().AddMinutes(-minutes));
        Assert.True(await IsDue(JobNames.Trim));
        await _server.Get<RunJob>().Run(JobNames.Trim, _ => Task.FromResult(42), Never);
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await IsDue(JobNames.Trim));
        Assert.Equal(42, (await _server.Get<LastRuns>().Run(1, Never))[JobNames.Trim][0].Count); // the console shows it as the last run
    }

    [Fact]
    public async Task Jobs_are_due_after_the_clock_was_set_forward()
    {
        foreach (var job in JobNames.All)
            await Ran(job, TimeSpan.Zero);
        _server.Clock.AdjustTime(_server.Clock.GetUtcNow().AddDays(1));
        Assert.Equal([JobNames.Purge, JobNames.Warn, JobNames.Trim], await Due());
    }

    [Fact]
    public void Next_run_of_a_job_is_the_tick_that_will_start_it()
    {
        _server.Clock.AdjustTime(new DateTimeOffset(2030, 1, 1, 12, 0, 40, TimeSpan.Zero));
        Assert.Equal("12:01", Next(JobNames.Trim)); // it has never run
        Assert.Equal("12:01", Next(JobNames.Purge, -38)); // at 12:00:02
        Assert.Equal("13:23", Next(JobNames.Trim, -38)); // 4980 s later
        Assert.Equal("12:01", Next(JobNames.Trim, 3600)); // the clock was set back

        string Next(string job, int? seconds = null) => _server.Get<DueJobs>()
            .Next(job, seconds is { } ran ? [Row(job, TimeSpan.FromSeconds(ran), JobResult.Done)] : [])
            .ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }

    private Task<IReadOnlyList<string>> Due() => _server.Get<DueJobs>().Run(Never);

    private async Task<bool> IsDue(string job) => (await Due()).Contains(job, StringComparer.Ordinal);

    private async Task Ran(string job, TimeSpan when, JobResult result = JobResult.Done)
    {
        await using var db = _server.Database();
        db.JobRuns.Add(Row(job, when, result));
        await db.SaveChangesAsync();
    }

    private JobRun Row(string job, TimeSpan when, JobResult result)
    {
        var started = _server.Clock.GetUtcNow() + when;
        return new JobRun
        {
            Id = Guid.CreateVersion7(started), Job = job, Started = started, Result = result,
            Ended = result is JobResult.Running ? null : started,
        };
    }
}

using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>A job never runs twice at the same time.</summary>
public sealed class RunningJobsTests
{
    private readonly RunningJobs _running = new();
    private readonly TaskCompletionSource _go = new();
    private int _runs;

    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task Job_requested_several_times_while_it_runs_runs_once_more()
    {
        var first = _running.Run("job", Count, Never);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _running.Run("job", Count, Never))); // these calls return at once
        Assert.Equal((1, true), (_runs, _running.Contains("job")));
        _go.SetResult();
        await first;
        Assert.Equal((2, false), (_runs, _running.Contains("job")));
    }

    [Fact]
    public async Task Different_jobs_run_concurrently()
    {
        var first = _running.Run("job", Count, Never);
        var other = _running.Run("other", Count, Never);
        Assert.Equal(2, _runs);
        _go.SetResult();
        await Task.WhenAll(first, other);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Failed_run_does_not_block_the_next_run()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _running.Run("job", () => throw new InvalidOperationException(), Never));
        _go.SetResult();
        await _running.Run("job", Count, Never);
        Assert.Equal((1, false), (_runs, _running.Contains("job")));
    }

    [Fact]
    public async Task No_further_run_starts_after_a_stop()
    {
        using var stop = new CancellationTokenSource();
        var first = _running.Run("job", Count, stop.Token);
        await _running.Run("job", Count, stop.Token);
        await stop.CancelAsync();
        _go.SetResult();
        await first;
        Assert.Equal((1, false), (_runs, _running.Contains("job")));
    }

    [Fact]
    public async Task Concurrent_requests_never_run_a_job_twice_at_once_and_no_request_is_lost()
    {
        var (inside, most, last, asked) = (0, 0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 2000; i++)
            {
                Interlocked.Increment(ref asked);
                await _running.Run("job", Run, Never);
            }
        })));
        Assert.Equal((1, asked, false), (most, last, _running.Contains("job")));

        Task Run()
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            last = Volatile.Read(ref asked); // later requests belong to the next run
            Interlocked.Decrement(ref inside);
            return Task.CompletedTask;
        }
    }

    private Task Count()
    {
        _runs++;
        return _go.Task;
    }
}

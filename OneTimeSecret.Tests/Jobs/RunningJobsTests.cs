using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>One run of a job at a time.</summary>
public sealed class RunningJobsTests
{
    private readonly RunningJobs _running = new();
    private readonly TaskCompletionSource _go = new();
    private int _runs;

    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task A_job_that_is_asked_for_while_it_runs_runs_once_more_however_often_it_was_asked_for()
    {
        var first = _running.Run("job", Count, Never);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _running.Run("job", Count, Never))); // nobody waits
        Assert.Equal((1, true), (_runs, _running.Contains("job")));
        _go.SetResult();
        await first;
        Assert.Equal((2, false), (_runs, _running.Contains("job")));
    }

    [Fact]
    public async Task Other_jobs_run_beside_it()
    {
        var first = _running.Run("job", Count, Never);
        var other = _running.Run("other", Count, Never);
        Assert.Equal(2, _runs);
        _go.SetResult();
        await Task.WhenAll(first, other);
        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_run_that_fails_leaves_the_next_one_its_turn()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => _running.Run("job", () => throw new InvalidOperationException(), Never));
        _go.SetResult();
        await _running.Run("job", Count, Never);
        Assert.Equal((1, false), (_runs, _running.Contains("job")));
    }

    [Fact]
    public async Task A_stop_begins_no_further_run()
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
    public async Task However_many_ask_at_once_no_two_run_and_nobody_is_forgotten()
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
            last = Volatile.Read(ref asked); // what is asked for after this is the next run's
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

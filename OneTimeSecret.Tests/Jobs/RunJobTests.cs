using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Jobs;

public sealed class RunJobTests
{
    [Fact]
    public async Task Run_records_its_start_its_end_and_its_outcome()
    {
        await using var server = await RunningServer.Start();
        var (began, seen) = (server.Clock.GetUtcNow(), (JobRun?)null);
        await Run(server, async _ =>
        {
            seen = Assert.Single(await Runs(server));
            server.Clock.Advance(TimeSpan.FromSeconds(7));
            return new JobOutcome(42);
        });

        Assert.Equal((JobResult.Running, null, 0), (seen!.Result, seen.Ended, seen.Count));
        var run = Assert.Single(await Runs(server));
        Assert.Equal(("test", JobResult.Done, 42, null), (run.Job, run.Result, run.Count, run.Message));
        Assert.Equal(began.ToUnixTimeMilliseconds(), run.Started.ToUnixTimeMilliseconds());
        Assert.Equal(7, (run.Ended - run.Started)?.TotalSeconds);
    }

    [Fact]
    public async Task Exception_ends_the_run_and_is_recorded()
    {
        await using var server = await RunningServer.Start();
        await Run(server, _ => throw new InvalidOperationException(new string('x', 900)));
        var run = Assert.Single(await Runs(server));
        Assert.Equal((JobResult.Failed, 500), (run.Result, run.Message!.Length));
        Assert.NotNull(run.Ended);
    }

    [Fact]
    public async Task Run_interrupted_by_a_stop_is_recorded_as_delayed()
    {
        await using var server = await RunningServer.Start();
        using var stop = new CancellationTokenSource();
        await server.Get<RunJob>().Run(
            "test",
            async cancellation =>
            {
                await stop.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                return new JobOutcome(1);
            },
            stop.Token);
        Assert.Equal(JobResult.Delayed, Assert.Single(await Runs(server)).Result);
    }

    [Fact]
    public async Task Only_the_last_runs_of_each_job_are_kept()
    {
        await using var server = await RunningServer.Start();
        await server.Get<RunJob>().Run("another", _ => Task.FromResult(0), CancellationToken.None);
        for (var i = 0; i < RunJob.Kept + 5; i++)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await server.Get<RunJob>().Run("test", _ => Task.FromResult(i), CancellationToken.None);
        }
        var runs = (await Runs(server)).ToLookup(run => run.Job, StringComparer.Ordinal);
        Assert.Equal((RunJob.Kept, 5), (runs["test"].Count(), runs["test"].Min(run => run.Count)));
        Assert.Single(runs["another"]);
    }

    [Fact]
    public async Task Unavailable_database_skips_the_run_and_does_not_stop_the_scheduler()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.CommitsFail = true;
        var ran = 0;
        await Run(server, _ => Task.FromResult(new JobOutcome(++ran)));
        Assert.Equal(0, ran); // a run that cannot be recorded is not started
        faults.CommitsFail = false;
        await Run(server, _ => Task.FromResult(new JobOutcome(++ran)));
        Assert.Equal(1, ran);
    }

    private static Task Run(RunningServer server, Func<CancellationToken, Task<JobOutcome>> work) =>
        server.Get<RunJob>().Run("test", work, CancellationToken.None);

    private static async Task<List<JobRun>> Runs(RunningServer server)
    {
        await using var db = server.Database();
        return await db.JobRuns.AsNoTracking().OrderBy(run => run.Started).ToListAsync();
    }
}

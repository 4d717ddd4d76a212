using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>The last runs of every job.</summary>
public sealed class LastRunsTests
{
    [Fact]
    public async Task The_last_five_runs_of_each_job_come_newest_first_by_the_index()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        for (var i = 0; i < 7; i++)
        {
            await server.Get<RunJob>().Run(JobNames.Purge, _ => Task.FromResult(i), CancellationToken.None);
            server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        await server.Get<RunJob>().Run(
            JobNames.Warn, _ => Task.FromResult(new JobOutcome(0, JobResult.Failed, "away")), CancellationToken.None);
        reads.Forget();
        var runs = await server.Get<LastRuns>().Run(5, CancellationToken.None);
        Assert.Equal(JobNames.All, runs.Keys, StringComparer.Ordinal);
        Assert.Equal([6, 5, 4, 3, 2], runs[JobNames.Purge].Select(run => run.Count));
        Assert.Equal("away", Assert.Single(runs[JobNames.Warn]).Message);
        Assert.Empty(runs[JobNames.Trim]);
        Assert.All(reads.Plans, plan => Assert.Contains("IX_JobRuns_Job_Started (Job=?)", Assert.Single(plan), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_job_name_is_in_the_list_of_all_jobs()
    {
        var names = typeof(JobNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(names.Order(StringComparer.Ordinal), JobNames.All.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }
}

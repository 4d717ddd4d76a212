using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Storage;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>Hangfire as it runs inside the server.</summary>
public sealed class ScheduledJobsTests
{
    [Fact]
    public async Task Start_runs_the_due_jobs_after_a_pause_and_Hangfire_logs_nothing_above_debug_level()
    {
        var log = new CapturedLog();
        await using (var server = await RunningServer.Start(null, builder =>
        {
            log.Attach(builder);
            builder.Services.AddHostedService<JobServer>();
        }))
        {
            server.Clock.Advance(JobServer.Pause);
            await Verbs.Until(() => Runs(server, JobResult.Done) is [JobNames.Erase, JobNames.Purge, JobNames.Trim, JobNames.Warn]);
            var now = server.Clock.GetUtcNow();
            var board = await server.Get<JobBoard>().Read(CancellationToken.None);
            Assert.All(board, job => Assert.InRange(job.Next!.Value, now, now + job.Interval + DueJobs.Tick));
        }
        Assert.DoesNotContain(log.Lines, line => line.Contains("Hangfire", StringComparison.Ordinal)
            && !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_job_starts_before_the_pause_ends_or_after_the_server_stops()
    {
        await using var server = await RunningServer.Start(null, builder => builder.Services.AddHostedService<JobServer>());
        var loop = server.Get<IEnumerable<IHostedService>>().OfType<JobServer>().Single().ExecuteTask!;
        Assert.False(loop.IsCompleted);
        server.Get<IHostApplicationLifetime>().StopApplication();
        await loop;
        Assert.Empty(server.Get<JobStorage>().GetMonitoringApi().Servers());
        Assert.Equal(0, server.Enqueued());
    }

    [Fact]
    public async Task Work_left_by_a_killed_server_is_done_when_the_next_server_starts()
    {
        await using var killed = await RunningServer.Start();
        await killed.Conceal("value", ttl: 60);
        var now = killed.Clock.GetUtcNow();
        await using (var db = killed.Database())
        {
            db.JobRuns.Add(new JobRun { Id = Guid.CreateVersion7(now), Job = JobNames.Trim, Started = now, Result = JobResult.Running });
            await db.Secrets.ExecuteUpdateAsync(set => set.SetProperty(secret => secret.Expires, now));
            await db.SaveChangesAsync();
        }
        await using var next = await RunningServer.Start(killed.Folder, builder => builder.Services.AddHostedService<JobServer>());
        next.Clock.Advance(JobServer.Pause);
        await Verbs.Until(() => Runs(next, JobResult.Done) is [JobNames.Erase, .., JobNames.Purge, JobNames.Trim, JobNames.Warn]);
        await using var left = next.Database();
        Assert.Empty(left.Secrets);
    }

    [Fact]
    public async Task Two_servers_in_one_process_run_only_their_own_jobs()
    {
        await using var one = await RunningServer.Start();
        await using var other = await RunningServer.Start();
        one.Ask(JobNames.Warn);
        other.Ask(JobNames.Trim);
        using (one.Work())
            await Verbs.Until(() => Runs(one, JobResult.Done) is [JobNames.Warn]);
        Assert.Equal((0, 1), (one.Enqueued(), other.Enqueued()));
        using (other.Work())
            await Verbs.Until(() => Runs(other, JobResult.Done) is [JobNames.Trim]);
        Assert.Equal([JobNames.Warn], Runs(one, JobResult.Done));
    }

    [Fact]
    public async Task Failed_run_is_recorded_with_its_reason_and_not_retried_before_the_next_scheduled_run()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.Failing = "FROM \"Secrets\"";
        server.Ask(JobNames.Purge);
        using (server.Work())
        {
            await Verbs.Until(() => Runs(server, JobResult.Failed) is [JobNames.Purge]);
            Assert.NotEmpty((await server.Get<LastRuns>().Run(1, CancellationToken.None))[JobNames.Purge][0].Message!);
            faults.Failing = null;
            Assert.Equal(0, server.Enqueued());
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Contains(JobNames.Purge, await server.Get<DueJobs>().Run(CancellationToken.None), StringComparer.Ordinal);
        }
    }

    private static List<string> Runs(RunningServer server, JobResult result)
    {
        using var db = server.Database();
        return [.. db.JobRuns.Where(run => run.Result == result).Select(run => run.Job).Order()];
    }
}

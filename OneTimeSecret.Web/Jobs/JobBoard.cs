using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Jobs;
using Quartz;

namespace OneTimeSecret.Web.Jobs;

/// <summary>What the scheduler means to do next and what it has done, and the way to have it done now.</summary>
internal sealed class JobBoard(ISchedulerFactory schedulers, LastRuns runs, StartJob start)
{
    private const int ShownRuns = 5;

    public async Task<IReadOnlyList<PlannedJob>> Read(CancellationToken cancellation)
    {
        var scheduler = await schedulers.GetScheduler(cancellation);
        var last = await runs.Run(ShownRuns, cancellation);
        var jobs = new List<PlannedJob>();
        foreach (var name in JobNames.All)
        {
            // One that runs again and again, and perhaps others that an administrator's click has just made.
            var trigger = (await scheduler.GetTriggersOfJob(new JobKey(name), cancellation))
                .OfType<ISimpleTrigger>().FirstOrDefault(trigger => trigger.RepeatCount != 0);
            var next = scheduler.Status == SchedulerStatus.Running ? trigger?.NextFireTimeUtc : null;
            jobs.Add(new PlannedJob(name, trigger?.RepeatInterval, next, last[name]));
        }
        return jobs;
    }

    /// <summary>Starts a job; while it runs already, it runs once more after that.</summary>
    public Task<AdminOutcome> Start(Caller admin, string job, CancellationToken cancellation) => start.Run(
        admin, job,
        async () =>
        {
            var scheduler = await schedulers.GetScheduler(CancellationToken.None);
            await scheduler.TriggerJob(new JobKey(job), cancellationToken: CancellationToken.None);
        },
        cancellation);
}

/// <summary>A job.</summary>
/// <param name="Name">One of <see cref="JobNames"/>.</param>
/// <param name="Interval">How often it runs by itself; null: never.</param>
/// <param name="Next">When it runs next; null: the scheduler stands still.</param>
/// <param name="Runs">Its last runs, newest first.</param>
internal sealed record PlannedJob(string Name, TimeSpan? Interval, DateTimeOffset? Next, IReadOnlyList<JobRun> Runs);

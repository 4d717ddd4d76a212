using Hangfire;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Web.Jobs;

/// <summary>Lists the jobs with their next and last runs, and starts a job at an administrator's request.</summary>
internal sealed class JobBoard(
    JobStorage storage, IBackgroundJobClient client, JobLoops loops, LastRuns runs, DueJobs due, StartJob start)
{
    private const int ShownRuns = 5;

    public async Task<IReadOnlyList<PlannedJob>> Read(CancellationToken cancellation)
    {
        var last = await runs.Run(ShownRuns, cancellation);
        var isRunning = storage.GetMonitoringApi().Servers().Count > 0;
        return
        [
            .. JobNames.All.Select(job => new PlannedJob(job, due.Interval(job), isRunning ? Next(job, last[job]) : null, last[job])),
        ];
    }

    /// <summary>Starts a job. If it is running, it runs once more afterwards.</summary>
    public Task<AdminOutcome> Start(Caller admin, string job, CancellationToken cancellation) => start.Run(
        admin, job,
        () =>
        {
            client.Start(job);
            return Task.CompletedTask;
        },
        cancellation);

    private DateTimeOffset? Next(string job, IReadOnlyList<JobRun> last) =>
        due.HasTick(job) ? due.Next(job, last) : loops.Of(job).Next;
}

/// <summary>A job with its schedule.</summary>
/// <param name="Name">One of <see cref="JobNames"/>.</param>
/// <param name="Interval">The time between two scheduled runs.</param>
/// <param name="Next">When it runs next. Null if the scheduler is not running.</param>
/// <param name="Runs">Its last runs, newest first.</param>
internal sealed record PlannedJob(string Name, TimeSpan Interval, DateTimeOffset? Next, IReadOnlyList<JobRun> Runs);

using Hangfire;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Web.Jobs;

/// <summary>What the scheduler means to do next and what it has done, and the way to have it done now.</summary>
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

    /// <summary>Starts a job; while it runs already, it runs once more after that.</summary>
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

/// <summary>A job.</summary>
/// <param name="Name">One of <see cref="JobNames"/>.</param>
/// <param name="Interval">How often it runs by itself.</param>
/// <param name="Next">When it runs next; null: the scheduler stands still.</param>
/// <param name="Runs">Its last runs, newest first.</param>
internal sealed record PlannedJob(string Name, TimeSpan Interval, DateTimeOffset? Next, IReadOnlyList<JobRun> Runs);

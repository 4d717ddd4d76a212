using System.Linq.Expressions;
using Hangfire;
using Hangfire.Common;
using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// The only methods that Hangfire runs (<see cref="OwnJobs"/> enforces this). A stored job consists of the name of one method. There are
/// no arguments. Each job except the tick runs one sweep.
/// </summary>
internal sealed class ScheduledJobs(
    IEnumerable<Sweep> sweeps, DueJobs due, IBackgroundJobClient client, IHostApplicationLifetime lifetime)
{
    private static readonly IReadOnlyDictionary<string, Job> Named = new Dictionary<string, Job>(StringComparer.Ordinal)
    {
        [JobNames.Purge] = Of(jobs => jobs.Purge()),
        [JobNames.Erase] = Of(jobs => jobs.Erase()),
        [JobNames.Deliver] = Of(jobs => jobs.Deliver()),
        [JobNames.Warn] = Of(jobs => jobs.Warn()),
        [JobNames.Trim] = Of(jobs => jobs.Trim()),
    };

    /// <summary>The job that starts the due jobs.</summary>
    public static Job TickJob { get; } = Of(jobs => jobs.Tick());

    /// <summary>All jobs that may run.</summary>
    public static IEnumerable<Job> All => Named.Values.Append(TickJob);

    /// <summary>Cancelled when the server stops. A running job then ends at its next safe point.</summary>
    private CancellationToken Stop => lifetime.ApplicationStopping;

    /// <summary>The job with a name of <see cref="JobNames"/>.</summary>
    public static Job Of(string name) => Named[name];

    public async Task Tick()
    {
        foreach (var job in await due.Run(Stop))
            client.Start(job);
    }

    public Task Purge() => Run(JobNames.Purge);

    public Task Erase() => Run(JobNames.Erase);

    public Task Deliver() => Run(JobNames.Deliver);

    public Task Warn() => Run(JobNames.Warn);

    public Task Trim() => Run(JobNames.Trim);

    private static Job Of(Expression<Func<ScheduledJobs, Task>> call) => Job.FromExpression(call);

    private Task Run(string job) => sweeps.Single(sweep => string.Equals(sweep.Job, job, StringComparison.Ordinal)).Run(Stop);
}

internal static class JobStart
{
    /// <summary>Enqueues a job, which Hangfire then runs as soon as it can.</summary>
    public static void Start(this IBackgroundJobClient client, string job) =>
        client.Create(ScheduledJobs.Of(job), new Hangfire.States.EnqueuedState());
}

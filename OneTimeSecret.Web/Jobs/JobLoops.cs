using Hangfire.Server;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Web.Jobs;

/// <summary>The loops of the jobs that no tick starts. New mail signals its loop, so that delivery starts at once.</summary>
internal sealed class JobLoops(
    IEnumerable<Sweep> sweeps, DueJobs due, MailSignal mail, ClockWatch watch, TimeProvider time, ILogger<JobLoop> log)
{
    public IReadOnlyList<JobLoop> All { get; } =
    [
        .. sweeps.Where(sweep => !due.HasTick(sweep.Job)).Select(sweep => new JobLoop(
            sweep, due.Interval(sweep.Job), sweep.Job is JobNames.Deliver ? mail.Wait : Never, time, log)),
    ];

    /// <summary>What runs on Hangfire's threads beside its own work: the loops, and the watch that makes the tick.</summary>
    public IEnumerable<IBackgroundProcess> Processes => [watch, .. All];

    /// <summary>The loop of a job. Throws if the job has none, because a tick starts it.</summary>
    public JobLoop Of(string job) => All.Single(loop => string.Equals(loop.Job, job, StringComparison.Ordinal));

    private static Task Never(CancellationToken cancellation) => Task.Delay(Timeout.Infinite, cancellation);
}

using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// Decides which jobs a tick of the scheduler starts, from the time of each job's last run. That time is stored, so a restart loses
/// nothing, and an interval may be any number of seconds.
/// </summary>
public sealed class DueJobs(LastRuns runs, RunningJobs running, TimeProvider time, IOptions<JobOptions> options)
{
    /// <summary>Time between two ticks.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    /// <summary>Longest time between two runs of <paramref name="job"/>.</summary>
    public TimeSpan Interval(string job) => options.Value.Interval(job);

    /// <summary>
    /// Whether ticks start <paramref name="job"/>. Ticks are too slow for intervals below a minute. The jobs erase and deliver record no
    /// run if nothing is due, so their last run does not show when they last looked. All these jobs have loops of their own.
    /// </summary>
    public bool HasTick(string job) =>
        job is not (JobNames.Erase or JobNames.Deliver) && Interval(job) >= Tick;

    /// <summary>The jobs that are due, among those that ticks start.</summary>
    public async Task<IReadOnlyList<string>> Run(CancellationToken cancellation)
    {
        var last = await runs.Run(1, cancellation);
        var now = time.GetUtcNow();
        return [.. JobNames.All.Where(job => HasTick(job) && !running.Contains(job) && Due(job, last[job], now) <= now)];
    }

    /// <summary>The time of the tick that will start <paramref name="job"/>.</summary>
    /// <param name="job">A job that ticks start.</param>
    /// <param name="last">Its last runs, newest first.</param>
    public DateTimeOffset Next(string job, IReadOnlyList<JobRun> last)
    {
        var now = time.GetUtcNow();
        var (next, due) = (Minute(now) + Tick, Due(job, last, now));
        return due > next ? due : next;
    }

    /// <summary>
    /// When a job is due: the minute of its last run plus its interval in whole minutes. Seconds are ignored, so that a tick that comes a
    /// second late does not delay the next run by a minute. The job is due at once if it never ran, if its last run did not finish, or if
    /// its last run lies in the future because the clock was set back.
    /// </summary>
    private DateTimeOffset Due(string job, IReadOnlyList<JobRun> last, DateTimeOffset now) =>
        last is not [{ Result: JobResult.Done or JobResult.Failed } run, ..] || run.Started > now
            ? now
            : Minute(run.Started) + (Interval(job) - TimeSpan.FromTicks(Interval(job).Ticks % Tick.Ticks));

    private static DateTimeOffset Minute(DateTimeOffset moment) => moment.AddTicks(-(moment.UtcTicks % Tick.Ticks));
}

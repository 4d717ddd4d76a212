using Microsoft.Extensions.Options;

namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// Decides which jobs a tick of the scheduler starts, by when each has last run: that is stored, so a restart loses nothing, and an
/// interval may be any number of seconds.
/// </summary>
public sealed class DueJobs(LastRuns runs, RunningJobs running, TimeProvider time, IOptions<JobOptions> options)
{
    /// <summary>How long it is from one tick to the next.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMinutes(1);

    /// <summary>How long it is between two runs of <paramref name="job"/>, at most.</summary>
    public TimeSpan Interval(string job) => options.Value.Interval(job);

    /// <summary>
    /// Whether ticks start <paramref name="job"/>. Ticks are too slow for intervals below a minute; and erase and deliver write no run
    /// when they find nothing to do, so their last run does not say when they last looked. Each of these is looked after in a loop of
    /// its own.
    /// </summary>
    public bool HasTick(string job) =>
        job is not (JobNames.Erase or JobNames.Deliver) && Interval(job) >= Tick;

    /// <summary>The jobs that are due, of those that ticks start.</summary>
    public async Task<IReadOnlyList<string>> Run(CancellationToken cancellation)
    {
        var last = await runs.Run(1, cancellation);
        var now = time.GetUtcNow();
        return [.. JobNames.All.Where(job => HasTick(job) && !running.Contains(job) && Due(job, last[job], now) <= now)];
    }

    /// <summary>The tick that will start <paramref name="job"/>, of those that ticks start.</summary>
    /// <param name="job">One of <see cref="JobNames"/>.</param>
    /// <param name="last">Its last runs, newest first.</param>
    public DateTimeOffset Next(string job, IReadOnlyList<JobRun> last)
    {
        var now = time.GetUtcNow();
        var (next, due) = (Minute(now) + Tick, Due(job, last, now));
        return due > next ? due : next;
    }

    /// <summary>
    /// When a job is due: the minute of its last run plus its interval in whole minutes. Seconds do not count, so that a tick which comes
    /// a second late does not push the next run a whole minute back. At once if it has never run, if the program ended in the middle of its
    /// run, or if it last ran in the future: then the clock was set back.
    /// </summary>
    private DateTimeOffset Due(string job, IReadOnlyList<JobRun> last, DateTimeOffset now) =>
        last is not [{ Result: JobResult.Done or JobResult.Failed } run, ..] || run.Started > now
            ? now
            : Minute(run.Started) + (Interval(job) - TimeSpan.FromTicks(Interval(job).Ticks % Tick.Ticks));

    private static DateTimeOffset Minute(DateTimeOffset moment) => moment.AddTicks(-(moment.UtcTicks % Tick.Ticks));
}

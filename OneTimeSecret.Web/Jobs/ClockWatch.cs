using Hangfire;
using Hangfire.Server;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Makes the tick, which starts what is due once a minute, and makes it anew after the clock was set: Hangfire stores the wall-clock
/// time of the next tick, and after a step back would wait until that time comes again. Each time a tick comes at once.
/// </summary>
internal sealed class ClockWatch(IRecurringJobManagerV2 recurring, TimeProvider time, ILogger<ClockWatch> log) : IBackgroundProcess
{
    public const string Tick = "tick";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>A smaller step than this only delays the next tick by as much.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private (DateTimeOffset Wall, long Monotonic)? _seen;

    public void Execute(BackgroundProcessContext context)
    {
        Look();
        context.Wait(Interval);
    }

    public override string ToString() => nameof(ClockWatch);

    internal void Look()
    {
        var now = (Wall: time.GetUtcNow(), Monotonic: time.GetTimestamp());
        if (_seen is not { } seen)
            Restart();
        else if (now.Wall - seen.Wall - time.GetElapsedTime(seen.Monotonic, now.Monotonic) is var step && step.Duration() >= Step)
        {
            log.LogWarning("The clock was set {Direction} by {Seconds} s; the scheduler goes by the new time",
                step > TimeSpan.Zero ? "forward" : "back", (long)step.Duration().TotalSeconds);
            Restart();
        }
        _seen = now;
    }

    private void Restart()
    {
        recurring.RemoveIfExists(Tick);
        recurring.AddOrUpdate(Tick, ScheduledJobs.TickJob, Cron.Minutely(), new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc });
        recurring.TriggerJob(Tick);
    }
}

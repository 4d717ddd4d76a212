using Hangfire;
using Hangfire.Server;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Schedules the tick, which starts due jobs once a minute, and schedules it again after the clock was set. Hangfire stores the next tick
/// as wall-clock time, so after a step back it would wait until that time comes again. Each scheduling also triggers a tick at once.
/// </summary>
internal sealed class ClockWatch(IRecurringJobManagerV2 recurring, TimeProvider time, ILogger<ClockWatch> log) : IBackgroundProcess
{
    public const string Tick = "tick";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The smallest step of the clock that counts. A smaller one only delays the next tick by as much.</summary>
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
            log.LogWarning("The clock was set {Direction} by {Seconds} s; the scheduler now uses the new time",
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

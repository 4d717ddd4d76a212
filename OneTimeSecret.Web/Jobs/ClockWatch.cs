using Hangfire;
using Hangfire.Server;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Schedules the tick, which starts due jobs once a minute, and schedules it again after the clock was set. Hangfire stores the next tick
/// as time of the system's clock, so after a step back it would wait until that time comes again. Each scheduling also triggers a tick at
/// once. Also stores the time of the server's own clock, and logs when the two begin or cease to differ.
/// </summary>
internal sealed class ClockWatch(
    IRecurringJobManagerV2 recurring, SystemClock system, SteadyClock steady, KeepClock keep, ILogger<ClockWatch> log) : IBackgroundProcess
{
    public const string Tick = "tick";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>The smallest step of the clock that counts. A smaller one only delays the next tick by as much.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    private (DateTimeOffset Wall, long Monotonic)? _seen;
    private ClockState _last;

    public void Execute(BackgroundProcessContext context)
    {
        Look();
        context.Wait(Interval);
        Keep(context.StoppingToken).GetAwaiter().GetResult(); // not at the start, when the first erasure needs the database
    }

    public override string ToString() => nameof(ClockWatch);

    internal void Look()
    {
        var now = (Wall: system.GetUtcNow(), Monotonic: steady.GetTimestamp());
        if (_seen is not { } seen)
            Restart();
        else if (now.Wall - seen.Wall - steady.GetElapsedTime(seen.Monotonic, now.Monotonic) is var step && step.Duration() >= Step)
        {
            log.LogWarning("The clock was set {Direction} by {Seconds} s; the scheduler now uses the new time",
                step > TimeSpan.Zero ? "forward" : "back", (long)step.Duration().TotalSeconds);
            Restart();
        }
        _seen = now;
        Say(steady.Read());
    }

    private async Task Keep(CancellationToken stop)
    {
        try
        {
            await keep.Run(stop);
        }
        catch (Exception fault) when (fault is ServerBusyException or OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception fault) when (EngineFault.Is(fault))
        {
            log.LogWarning(fault, "The latest time could not be stored; the server will try again");
        }
    }

    private void Say(ClockReading reading)
    {
        if (reading.State == _last)
            return;
        _last = reading.State;
        if (reading.State == ClockState.Agrees)
            log.LogInformation("The server follows the system's clock again");
        else
            log.LogWarning(
                "The system's clock is {Seconds} s {Direction} the server's time. {Consequence}. Correct the clock, or run `clock accept` "
                + "if it is right",
                (long)reading.Apart.Duration().TotalSeconds,
                reading.State == ClockState.Behind ? "behind" : "ahead of",
                reading.State switch
                {
                    ClockState.Behind => "The server goes on with its own time, and deletes nothing because of its age for an hour",
                    ClockState.Leapt => "It was set, or the server was stopped for long: nothing is deleted because of its age for an hour",
                    _ when reading.HeldFor is null => "The server goes on with its own time, and deletes nothing because of its age",
                    _ => "The server goes on with its own time and deletes nothing because of its age. It takes the new time in an hour",
                });
    }

    private void Restart()
    {
        recurring.RemoveIfExists(Tick);
        recurring.AddOrUpdate(Tick, ScheduledJobs.TickJob, Cron.Minutely(), new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc });
        recurring.TriggerJob(Tick);
    }
}

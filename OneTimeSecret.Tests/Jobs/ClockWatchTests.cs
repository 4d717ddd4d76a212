using Hangfire;
using Hangfire.Storage;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

/// <summary>The recurring tick continues whatever happens to the clock.</summary>
public sealed class ClockWatchTests
{
    [Fact]
    public async Task Recurring_tick_is_recreated_only_after_the_clock_was_set()
    {
        var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var (clock, storage) = (new Clock(), server.Get<JobStorage>());
        var watch = new ClockWatch(server.Get<IRecurringJobManagerV2>(), clock, server.Get<ILogger<ClockWatch>>());

        watch.Look();
        Assert.Equal((1, true), (server.Enqueued(), Ticks())); // enqueued at once after a start
        foreach (var (passes, step) in ((int, int)[])[(10, 0), (10, 3), (600, -3), (10, 9)])
        {
            clock.Pass(passes, step);
            watch.Look();
        }
        Assert.Equal(1, server.Enqueued()); // time passes, and small corrections of the clock do not matter
        Assert.DoesNotContain(log.Lines, line => line.Contains("The clock was set", StringComparison.Ordinal));

        var ticks = 1;
        foreach (var (seconds, said) in ((int, string)[])
            [(-600, "back by 600 s"), (600, "forward by 600 s"), (-86_400, "back by 86400 s"), (86_400, "forward by 86400 s")])
        {
            log.Clear();
            using (var connection = storage.GetConnection())
            using (var transaction = connection.CreateWriteTransaction())
            {
                transaction.RemoveFromSet("recurring-jobs", ClockWatch.Tick); // as if the next tick were at a time that never comes
                transaction.Commit();
            }
            clock.Pass(10, seconds);
            watch.Look();
            watch.Look();
            Assert.Equal((++ticks, true), (server.Enqueued(), Ticks()));
            Assert.StartsWith(
                $"Warning {typeof(ClockWatch).FullName}: The clock was set {said}; the scheduler now uses the new time |",
                Assert.Single(log.Lines, line => line.Contains(nameof(ClockWatch), StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        bool Ticks()
        {
            using var connection = storage.GetConnection();
            return Assert.Single(connection.GetRecurringJobs()) is { Id: ClockWatch.Tick, NextExecution: not null, Error: null };
        }
    }

    /// <summary>A wall clock that can be set, and a monotonic time that only advances.</summary>
    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _wall = System.GetUtcNow();
        private long _passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _passed;

        public void Pass(int seconds, int step)
        {
            _passed += seconds * TimeSpan.TicksPerSecond;
            _wall = _wall.AddSeconds(seconds + step);
        }
    }
}

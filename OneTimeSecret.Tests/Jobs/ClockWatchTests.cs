using Hangfire;
using Hangfire.Storage;
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
        var storage = server.Get<JobStorage>();
        var watch = server.Get<ClockWatch>();

        watch.Look();
        Assert.Equal((1, true), (server.Enqueued(), Ticks())); // enqueued at once after a start
        foreach (var (passes, step) in ((int, int)[])[(10, 0), (10, 3), (600, -3), (10, 9)])
        {
            server.Clock.Advance(TimeSpan.FromSeconds(passes));
            server.System.Set(TimeSpan.FromSeconds(step));
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
            server.Clock.Advance(TimeSpan.FromSeconds(10));
            server.System.Set(TimeSpan.FromSeconds(seconds));
            watch.Look();
            watch.Look();
            Assert.Equal((++ticks, true), (server.Enqueued(), Ticks()));
            Assert.StartsWith(
                $"Warning {typeof(ClockWatch).FullName}: The clock was set {said}; the scheduler now uses the new time |",
                Assert.Single(log.Lines, line => line.Contains("The clock was set", StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        bool Ticks()
        {
            using var connection = storage.GetConnection();
            return Assert.Single(connection.GetRecurringJobs()) is { Id: ClockWatch.Tick, NextExecution: not null, Error: null };
        }
    }

    [Fact]
    public async Task Log_says_once_that_the_clock_jumped_and_once_that_it_is_right_again()
    {
        var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var watch = server.Get<ClockWatch>();
        foreach (var (days, said) in ((int, string)[])
            [(3650, "is 315360000 s ahead of the server's time. The server goes on"), (-3650, "follows the system's clock again"),
                (-1, "is 86400 s behind the server's time. The server goes on")])
        {
            log.Clear();
            server.System.Set(TimeSpan.FromDays(days));
            watch.Look();
            watch.Look();
            Assert.Contains(said, Assert.Single(log.Lines, line => line.Contains("erver", StringComparison.Ordinal)
                && !line.Contains("was set", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }
}

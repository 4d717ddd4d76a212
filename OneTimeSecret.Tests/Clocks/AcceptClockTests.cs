using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Clocks;

namespace OneTimeSecret.Tests.Clocks;

public sealed class AcceptClockTests
{
    [Theory, InlineData(-1), InlineData(3650)]
    public async Task A_running_server_follows_an_accepted_clock_at_its_next_look_and_stores_it(int days)
    {
        await using var server = await RunningServer.Start();
        var (keep, clock) = (server.Get<KeepClock>(), server.Get<SteadyClock>());
        await keep.Run(CancellationToken.None);
        var begin = clock.GetUtcNow();
        server.System.Set(TimeSpan.FromDays(days));
        Assert.NotEqual(ClockState.Agrees, clock.Read().State);

        // The verb is another process, with a clock of its own.
        var other = new SteadyClock(server.Get<SystemClock>());
        var accept = ActivatorUtilities.CreateInstance<AcceptClock>(server.Get<IServiceProvider>(), other);
        Assert.Equal(TimeSpan.FromDays(days), Difference(await accept.Look(CancellationToken.None)));
        Assert.Equal(TimeSpan.FromDays(days), Difference(await accept.Run(CancellationToken.None)));
        Assert.Equal(begin, clock.GetUtcNow());

        await keep.Run(CancellationToken.None);
        Assert.Equal((begin.AddDays(days), ClockState.Agrees), (clock.GetUtcNow(), clock.Read().State));
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        await keep.Run(CancellationToken.None);
        await using var next = await RunningServer.Start(server.Folder, builder => builder.AddClock(begin.AddDays(days)));
        Assert.Equal(begin.AddDays(days).AddMinutes(2), next.Get<TimeProvider>().GetUtcNow(), TimeSpan.FromMilliseconds(1));

        // Whole milliseconds are stored.
        static TimeSpan Difference(ClockChange change) =>
            TimeSpan.FromSeconds(Math.Round((change.System - change.Latest).TotalSeconds));
    }
}

using Microsoft.Extensions.Hosting;
using OneTimeSecret.Core.Accounts;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Work that no answer waits for.</summary>
public sealed class UnseenWorkTests
{
    [Fact]
    public async Task It_begins_a_while_after_it_was_asked_for_and_not_after_somebody_got_to_it()
    {
        await using var server = await RunningServer.Start();
        var (work, begun) = (server.Get<UnseenWork>(), 0);
        for (var i = 0; i < 500; i++)
            work.Begin(() => Task.FromResult(Interlocked.Increment(ref begun)));
        server.Clock.Advance(UnseenWork.LongestDelay);
        await Verbs.Until(() => work.IsIdle);
        Assert.Equal(500, begun);
    }

    [Fact]
    public async Task Whoever_asks_does_none_of_it_although_a_server_that_stops_does_it_at_once()
    {
        await using var server = await RunningServer.Start();
        server.Get<IHostApplicationLifetime>().StopApplication();
        using var answered = new ManualResetEventSlim();
        var work = server.Get<UnseenWork>();
        work.Begin(() => Task.FromResult(answered.Wait(TimeSpan.FromSeconds(5))));
        Assert.False(work.IsIdle);
        answered.Set();
        await Verbs.Until(() => work.IsIdle);
    }
}

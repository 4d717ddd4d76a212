using Microsoft.Extensions.Hosting;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Work that runs after the answer was sent.</summary>
public sealed class UnseenWorkTests
{
    [Fact]
    public async Task Delay_counts_from_the_call_and_not_from_when_a_thread_picks_the_work_up()
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
    public async Task Its_writes_delay_no_other_network()
    {
        await using var server = await RunningServer.Start("--Storage:BatchSize=1");
        var (work, queue, order) = (server.Get<UnseenWork>(), server.Get<WriteQueue>(), new List<string>());
        Task other;
        await using (new WriteLock(server))
        {
            Turn.Current = server.Get<Turns>().Pass(ClientAddress.Of("192.0.2.1"));
            for (var i = 0; i < 5; i++)
                work.Write(_ => Wrote("flood"));
            server.Clock.Advance(UnseenWork.LongestDelay);
            await Verbs.Until(() => queue.Depth == 4); // one has begun
            Turn.Current = server.Get<Turns>().Pass(ClientAddress.Of("198.51.100.1"));
            other = queue.Run(_ => Wrote("other"), CancellationToken.None);
        }
        await other;
        await Verbs.Until(() => work.IsIdle);
        Assert.Equal(["flood", "other", "flood", "flood", "flood", "flood"], order);

        Task<bool> Wrote(string network)
        {
            order.Add(network);
            return Task.FromResult(true);
        }
    }

    [Fact]
    public async Task Stopping_server_starts_the_work_at_once_but_not_on_the_callers_thread()
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

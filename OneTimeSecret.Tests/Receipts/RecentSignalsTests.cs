using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Receipts;

public sealed class RecentSignalsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Create_reveal_burn_and_adopt_signal_the_pages_of_their_account_and_no_others()
    {
        await using var server = await RunningServer.Start();
        var (owner, other) = (await server.SignedIn("owner@example.com"), await server.SignedIn("other@example.com"));
        using var watch = server.Get<RecentSignals>().Begin(owner.Id);
        using var elsewhere = server.Get<RecentSignals>().Begin(other.Id);
        var silence = elsewhere.Next(CancellationToken.None);

        var next = watch.Next(CancellationToken.None);
        Assert.False(next.IsCompleted);
        var first = await server.Conceal("value", account: owner);
        await Told();
        var second = await server.Conceal("value", account: owner);
        await Told();
        await server.TryReveal(first.Key);
        await Told();
        await server.TryBurn(second.Metadata);
        await Told();
        var adopted = await server.Conceal("value");
        await server.TryBurn((await server.Conceal("value")).Metadata);
        await Task.Yield();
        Assert.False(next.IsCompleted);
        await server.Get<AdoptReceipt>().Run(adopted.Metadata, owner.Asks(), CancellationToken.None);
        await Told();
        await server.TryReveal(adopted.Key);
        await Told();
        Assert.False(silence.IsCompleted);
        await server.Conceal("value", account: other);
        Assert.True(await silence.WaitAsync(Patience));

        async Task Told()
        {
            // Advancing the clock passes the minimum time between two signals.
            await Verbs.Until(() =>
            {
                server.Clock.Advance(TimeSpan.FromMilliseconds(50));
                return next.IsCompleted;
            });
            Assert.True(await next);
            next = watch.Next(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Change_that_fails_to_commit_sends_no_signal()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var owner = await server.SignedIn("owner@example.com");
        var (key, metadata) = await server.Conceal("value", account: owner);
        var anonymous = await server.Conceal("value");
        using var watch = server.Get<RecentSignals>().Begin(owner.Id);
        var next = watch.Next(CancellationToken.None);
        faults.CommitsFail = true;
        await Assert.ThrowsAnyAsync<Exception>(() => server.Conceal("value", account: owner));
        await Assert.ThrowsAnyAsync<Exception>(() => server.TryReveal(key));
        await Assert.ThrowsAnyAsync<Exception>(() => server.TryBurn(metadata));
        await Assert.ThrowsAnyAsync<Exception>(
            () => server.Get<AdoptReceipt>().Run(anonymous.Metadata, owner.Asks(), CancellationToken.None));
        faults.CommitsFail = false;
        await Task.Delay(50);
        Assert.False(next.IsCompleted);
    }

    [Fact]
    public async Task Burst_of_changes_is_one_signal_and_the_next_signal_waits_for_the_minimum_interval()
    {
        await using var server = await RunningServer.Start();
        var (signals, account) = (server.Get<RecentSignals>(), Guid.NewGuid());
        using var watch = signals.Begin(account);
        for (var i = 0; i < 1000; i++)
            signals.Raise(account);
        Assert.True(await watch.Next(CancellationToken.None).WaitAsync(Patience));
        var next = watch.Next(CancellationToken.None);
        await Task.Delay(50);
        Assert.False(next.IsCompleted);
        signals.Raise(account);
        server.Clock.Advance(RecentSignals.Pace - TimeSpan.FromMilliseconds(1));
        await Task.Delay(50);
        Assert.False(next.IsCompleted);
        await Verbs.Until(() =>
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(1));
            return next.IsCompleted;
        });
        Assert.True(await next);
    }

    [Fact]
    public async Task Every_page_of_an_account_is_signalled_on_a_thread_other_than_that_of_the_change()
    {
        await using var server = await RunningServer.Start();
        var (signals, account) = (server.Get<RecentSignals>(), Guid.NewGuid());
        using var first = signals.Begin(account);
        using var second = signals.Begin(account);
        var raising = Environment.CurrentManagedThreadId;
        using var told = new CountdownEvent(2);
        foreach (var watch in new[] { first, second })
            _ = watch.Next(CancellationToken.None).ContinueWith(
                _ =>
                {
                    if (Environment.CurrentManagedThreadId != raising)
                        told.Signal();
                },
                CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        signals.Raise(account);
        Assert.True(told.Wait(Patience));
    }

    [Fact]
    public async Task Disposing_ends_the_wait_and_leaves_nothing_behind()
    {
        await using var server = await RunningServer.Start();
        var (signals, account) = (server.Get<RecentSignals>(), Guid.NewGuid());
        var (first, second) = (signals.Begin(account), signals.Begin(account));
        var (waiting, other) = (first.Next(CancellationToken.None), second.Next(CancellationToken.None));
        Assert.Equal(1, signals.Watched);
        first.Dispose();
        first.Dispose();
        Assert.False(await waiting.WaitAsync(Patience));
        Assert.Equal(1, signals.Watched);
        signals.Raise(account);
        Assert.True(await other.WaitAsync(Patience));
        second.Dispose();
        Assert.Equal(0, signals.Watched);
        Assert.False(await second.Next(CancellationToken.None));
        signals.Raise(account);
        signals.Raise(null);
    }
}

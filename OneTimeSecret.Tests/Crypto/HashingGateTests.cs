using OneTimeSecret.Core;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

public sealed class HashingGateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_hashes_run_at_once_than_allowed()
    {
        using var gate = new HashingGate(concurrency: 3, queueLength: 100);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var slot = await gate.Enter(Cancelled);
            await slot.Run(() =>
            {
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                Thread.Sleep(1);
                return Interlocked.Decrement(ref inside);
            });
        }));
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, inside);
    }

    [Fact]
    public async Task Gate_admits_as_many_callers_as_allowed_and_refuses_the_next()
    {
        using var gate = new HashingGate(concurrency: 3, queueLength: 0);
        for (var i = 0; i < 3; i++)
            await gate.Enter(Cancelled);
        await Assert.ThrowsAsync<ServerBusyException>(() => gate.Enter(Cancelled));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        using var gate = new HashingGate(concurrency: 1, queueLength: 2);
        using var slot = await gate.Enter(Cancelled);
        var (second, third, fourth) = (gate.Enter(Cancelled), gate.Enter(Cancelled), gate.Enter(Cancelled));
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        Assert.True(fourth.IsFaulted);
        await Assert.ThrowsAsync<ServerBusyException>(() => fourth);
    }

    [Fact]
    public async Task A_refused_caller_takes_no_place()
    {
        using var gate = new HashingGate(concurrency: 1, queueLength: 0);
        var slot = await gate.Enter(Cancelled);
        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<ServerBusyException>(() => gate.Enter(Cancelled));
        slot.Dispose();
        (await gate.Enter(Cancelled)).Dispose();
    }

    [Fact]
    public async Task A_waiter_that_gives_up_frees_its_place()
    {
        using var gate = new HashingGate(concurrency: 1, queueLength: 1);
        var slot = await gate.Enter(Cancelled);
        for (var i = 0; i < 5; i++)
        {
            using var patience = new CancellationTokenSource();
            var waiter = gate.Enter(patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        }
        var next = gate.Enter(Cancelled);
        Assert.False(next.IsCompleted);
        slot.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task A_failed_hash_frees_its_slot()
    {
        using var gate = new HashingGate(concurrency: 1, queueLength: 0);
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
            {
                using var slot = await gate.Enter(Cancelled);
                await slot.Run<int>(() => throw new InvalidTimeZoneException());
            });
        }
        (await gate.Enter(Cancelled)).Dispose();
    }

    [Fact]
    public async Task Released_slot_goes_to_a_waiting_caller()
    {
        using var gate = new HashingGate(concurrency: 1, queueLength: 1);
        var slot = await gate.Enter(Cancelled);
        var waiter = gate.Enter(Cancelled);
        slot.Dispose();
        using var next = await waiter;
        Assert.Equal(42, await next.Run(() => 42));
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}

using System.Globalization;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

public sealed class HashingGateTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_hashes_run_at_once_than_allowed()
    {
        var gate = Gate(concurrency: 3, queueLength: 100);
        var (inside, most) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            using var slot = await Enter(gate);
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
        var gate = Gate(concurrency: 3, queueLength: 0);
        for (var i = 0; i < 3; i++)
            await Enter(gate);
        await Assert.ThrowsAsync<ServerBusyException>(() => Enter(gate));
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once()
    {
        var gate = Gate(concurrency: 1, queueLength: 2);
        using var slot = await Enter(gate);
        var (second, third, fourth) = (Enter(gate), Enter(gate), Enter(gate));
        Assert.False(second.IsCompleted);
        Assert.False(third.IsCompleted);
        Assert.True(fourth.IsFaulted);
        await Assert.ThrowsAsync<ServerBusyException>(() => fourth);
    }

    [Fact]
    public async Task A_refused_caller_takes_no_place()
    {
        var gate = Gate(concurrency: 1, queueLength: 0);
        var slot = await Enter(gate);
        for (var i = 0; i < 5; i++)
            await Assert.ThrowsAsync<ServerBusyException>(() => Enter(gate));
        slot.Dispose();
        (await Enter(gate)).Dispose();
    }

    [Fact]
    public async Task A_waiter_that_gives_up_frees_its_place()
    {
        var gate = Gate(concurrency: 1, queueLength: 1);
        var slot = await Enter(gate);
        for (var i = 0; i < 5; i++)
        {
            using var patience = new CancellationTokenSource();
            var waiter = Enter(gate, cancellation: patience.Token);
            await patience.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiter);
        }
        var next = Enter(gate);
        Assert.False(next.IsCompleted);
        slot.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public async Task A_failed_hash_frees_its_slot()
    {
        var gate = Gate(concurrency: 1, queueLength: 0);
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(async () =>
            {
                using var slot = await Enter(gate);
                await slot.Run<int>(() => throw new InvalidTimeZoneException());
            });
        }
        (await Enter(gate)).Dispose();
    }

    [Fact]
    public async Task Released_slot_goes_to_a_waiting_caller()
    {
        var gate = Gate(concurrency: 1, queueLength: 1);
        var slot = await Enter(gate);
        var waiter = Enter(gate);
        slot.Dispose();
        using var next = await waiter;
        Assert.Equal(42, await next.Run(() => 42));
    }

    [Fact]
    public async Task Waiting_callers_are_served_in_turns_of_their_networks_and_clients()
    {
        var gate = Gate(concurrency: 1, queueLength: 100);
        var slot = await Enter(gate);
        string[] callers =
        [
            "203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2", "198.51.100.1", "2001:db8:1:1::/64", "2001:db8:1:1::/64",
            "2001:db8:1:2::/64",
        ];
        var waiting = callers.Select(client => (Client: client, Entering: Enter(gate, client))).ToList();
        var served = new List<string>();
        while (waiting.Count > 0)
        {
            slot.Dispose();
            var next = await Task.WhenAny(waiting.Select(waiter => waiter.Entering));
            slot = await next;
            served.Add(waiting.Single(waiter => waiter.Entering == next).Client);
            waiting.RemoveAll(waiter => waiter.Entering == next);
            Assert.DoesNotContain(waiting, waiter => waiter.Entering.IsCompleted);
        }
        Assert.Equal(
            [
                "203.0.113.1", "198.51.100.1", "2001:db8:1:1::/64", "203.0.113.2", "2001:db8:1:2::/64", "203.0.113.1",
                "2001:db8:1:1::/64", "203.0.113.1",
            ],
            served);
    }

    [Theory]
    [InlineData(HashedText.Passphrase, HashedText.Password)]
    [InlineData(HashedText.Password, HashedText.Passphrase)]
    public async Task A_flood_of_passphrases_or_passwords_neither_refuses_nor_delays_the_other(HashedText flood, HashedText other)
    {
        var gate = new HashingGate(concurrency: 1, reserve: 0, queueLength: 4, perClient: 2, perNetwork: 3);
        var slot = await Enter(gate);
        var flooding = Enumerable.Range(0, 80).Select(i => Enter(gate, $"198.51.{i}.1", flood)).ToList();
        Assert.Equal(4, gate.Waiting);
        var others = Enumerable.Range(0, 2).Select(_ => Enter(gate, "203.0.113.1", other)).ToList();
        Assert.Equal(6, gate.Waiting);
        for (var turn = 0; turn < 4; turn++)
        {
            slot.Dispose();
            slot = await await Task.WhenAny(flooding.Concat(others).Where(waiter => !waiter.IsFaulted));
            others.RemoveAll(waiter => waiter.IsCompleted);
            flooding.RemoveAll(waiter => waiter.IsCompleted);
        }
        Assert.Empty(others);
        Assert.Equal(2, gate.Waiting);
    }

    [Fact]
    public async Task A_client_gets_no_more_waiting_places_than_its_share()
    {
        var gate = new HashingGate(concurrency: 1, reserve: 0, queueLength: 64, perClient: 2, perNetwork: 3);
        var slot = await Enter(gate);
        var flood = Enumerable.Range(0, 80).Select(_ => Enter(gate, "203.0.113.1")).ToList();
        Assert.Equal(78, flood.Count(waiter => waiter.IsFaulted));
        var neighbours = Enumerable.Range(0, 80).Select(i => Enter(gate, $"203.0.113.{i + 2}")).ToList();
        Assert.Equal(3, gate.Waiting);
        Assert.Equal(2, neighbours.Count(waiter => !waiter.IsFaulted)); // one of them displaced a caller of the first client
        await Verbs.Until(() => flood.Count(waiter => waiter.IsFaulted) == 79);
        slot.Dispose();
        foreach (var waiter in flood.Concat(neighbours).Where(waiter => !waiter.IsFaulted))
            (await waiter).Dispose();
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task A_displaced_caller_is_refused_as_busy()
    {
        var gate = Gate(concurrency: 1, queueLength: 2);
        var slot = await Enter(gate);
        var (first, second) = (Enter(gate, "203.0.113.1"), Enter(gate, "203.0.113.1"));
        var other = Enter(gate, "198.51.100.1");
        await Verbs.Until(() => second.IsCompleted);
        await Assert.ThrowsAsync<ServerBusyException>(() => second);
        slot.Dispose();
        (await first).Dispose();
        (await other).Dispose();
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task A_caller_that_is_cancelled_after_it_was_let_in_keeps_its_slot()
    {
        var gate = Gate(concurrency: 1, queueLength: 1);
        using var patience = new CancellationTokenSource();
        var slot = await Enter(gate);
        var waiter = Enter(gate, cancellation: patience.Token);
        slot.Dispose();
        await patience.CancelAsync();
        (await waiter).Dispose();
        (await Enter(gate)).Dispose();
    }

    [Fact]
    public async Task A_network_with_one_hash_waits_for_none_of_a_flood()
    {
        var gate = new HashingGate(concurrency: 1, reserve: 1, queueLength: 9, perClient: 9, perNetwork: 9);
        var flood = await Enter(gate, "203.0.113.1");
        List<Task<HashingGate.Slot>> waiting = [Enter(gate, "203.0.113.2"), Enter(gate, "203.0.113.3")];
        var (only, next) = (Enter(gate, "198.51.100.1"), Enter(gate, "198.51.101.1"));
        Assert.True(only.IsCompletedSuccessfully);
        Assert.DoesNotContain([.. waiting, next], entering => entering.IsCompleted);
        (await only).Dispose();
        await Verbs.Until(() => next.IsCompleted); // and not the flood's, which waits longer
        (await next).Dispose();
        Assert.DoesNotContain(waiting, entering => entering.IsCompleted); // the reserve is not for it
        flood.Dispose();
        foreach (var entering in waiting)
            (await entering).Dispose();
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task Hashes_yield_while_their_network_has_several()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Priorities of threads are lowered on Linux only.");
        var gate = Gate(concurrency: 3, queueLength: 1);
        using (var first = await Enter(gate, "203.0.113.1"))
        using (var second = await Enter(gate, "203.0.113.2"))
        using (var other = await Enter(gate, "198.51.100.1"))
        {
            int[] nice = [await NiceOf(first), await NiceOf(second), await NiceOf(other)];
            Assert.Equal([0, 10, 0], nice);
        }
        using var later = await Enter(gate, "203.0.113.1");
        Assert.Equal(0, await NiceOf(later));

        static Task<int> NiceOf(HashingGate.Slot slot) => slot.Run(() =>
        {
            var fields = File.ReadAllText("/proc/thread-self/stat").Split(')')[^1].Split(' ');
            return int.Parse(fields[17], CultureInfo.InvariantCulture);
        });
    }

    private static HashingGate Gate(int concurrency, int queueLength) =>
        new(concurrency, reserve: 0, queueLength, perClient: 100, perNetwork: 100);

    private static Task<HashingGate.Slot> Enter(
        HashingGate gate, string client = "192.0.2.1", HashedText text = HashedText.Passphrase,
        CancellationToken? cancellation = null) => gate.Enter(text, client, cancellation ?? Cancelled);

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

/// <summary>Callers are named after network, client and number: <c>a1:2</c> is the second of client 1 of network a.</summary>
public sealed class FairQueueTests
{
    [Fact]
    public void Networks_take_turns_and_so_do_the_clients_of_a_network()
    {
        var queue = Queue("a1:1", "a1:2", "a1:3", "a1:4", "a2:1", "a2:2", "b1:1", "b1:2", "c1:1");
        Assert.Equal(["a1:1", "b1:1", "c1:1", "a2:1", "b1:2", "a1:2", "a2:2", "a1:3", "a1:4"], Drain(queue));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void The_network_that_used_least_lately_is_served_next()
    {
        var queue = Queue("a1:1", "a1:2", "a1:3", "b1:1", "b1:2", "b1:3");
        Assert.Equal(["a1:1", "b1:1", "a1:2"], Take(queue, 3));
        Assert.True(Add(queue, "c1:1"));
        Assert.True(Add(queue, "c1:2"));
        Assert.Equal(["c1:1", "b1:2", "c1:2", "a1:3", "b1:3"], Drain(queue));
    }

    [Fact]
    public void What_a_network_used_besides_its_turns_counts_too()
    {
        var queue = Queue("a1:1", "a1:2", "b1:1", "b1:2", "b1:3");
        Assert.Equal(["a1:1", "b1:1"], Take(queue, 2));
        queue.Charge("a", 2);
        Assert.Equal(["b1:2", "b1:3", "a1:2"], Drain(queue));
    }

    [Fact]
    public void Only_a_network_that_used_less_than_a_sixteenth_of_everything_is_light()
    {
        var queue = Queue("a1:1", "b1:1");
        queue.Charge("a", 20);
        queue.Charge("b", 100);
        queue.Charge("c", 200);
        Assert.Equal([true, true, false, false], ((string[])["new", "a", "b", "c"]).Select(queue.IsLight));
        Assert.Equal("a1:1", queue.TakeNext(onlyLight: true));
        Assert.Null(queue.TakeNext(onlyLight: true));
        Assert.Equal("b1:1", queue.TakeNext());
    }

    [Fact]
    public void Use_before_the_last_two_windows_no_longer_counts()
    {
        var queue = new FairQueue<string>(places: 10, perClient: 10, perNetwork: 10, window: 100);
        queue.Charge("a", 60);
        queue.Charge("b", 100);
        Assert.False(queue.IsLight("a"));
        queue.Charge("b", 100);
        Assert.True(queue.IsLight("a"));
    }

    [Fact]
    public void A_flood_of_new_networks_leaves_every_fifth_turn_to_those_that_were_served()
    {
        var queue = Queue("a1:1", "a1:2", "a1:3");
        Assert.Equal(["a1:1"], Take(queue, 1));
        foreach (var caller in (string[])["b1:1", "c1:1", "d1:1", "e1:1", "f1:1", "g1:1"])
            Assert.True(Add(queue, caller));
        Assert.Equal(["b1:1", "c1:1", "d1:1", "a1:2", "e1:1", "f1:1", "g1:1", "a1:3"], Drain(queue));
    }

    [Fact]
    public void A_client_and_a_network_get_no_more_than_their_share()
    {
        var queue = new FairQueue<string>(places: 10, perClient: 1, perNetwork: 2, window: 1000);
        Assert.True(Add(queue, "a1:1"));
        Assert.False(Add(queue, "a1:2"));
        Assert.True(Add(queue, "a2:1"));
        Assert.False(Add(queue, "a3:1"));
        Assert.True(Add(queue, "b1:1"));
        Assert.Equal(["a1:1", "b1:1", "a2:1"], Drain(queue));
        Assert.True(Add(queue, "a1:3")); // whoever was served has free places again
    }

    [Fact]
    public void A_full_queue_takes_the_newest_place_of_the_largest_network_for_a_smaller_one()
    {
        var queue = Queue(places: 5, "a1:1", "b1:1", "b1:2", "b1:3", "a1:2");
        Assert.Equal("b1:3", Displaced(queue, "c1:1"));
        Assert.Equal("b1:2", Displaced(queue, "d1:1"));
        Assert.Equal("a1:2", Displaced(queue, "e1:1"));
        Assert.False(Add(queue, "f1:1")); // now everybody has one place
        Assert.False(Add(queue, "a1:3"));
        Assert.Equal(["a1:1", "b1:1", "c1:1", "d1:1", "e1:1"], Drain(queue));
    }

    [Fact]
    public void A_network_cannot_displace_one_that_has_no_more_places_than_itself()
    {
        var queue = Queue(places: 4, "a1:1", "a2:1", "b1:1", "b2:1");
        Assert.False(Add(queue, "a3:1"));
        Assert.False(Add(queue, "b1:2"));
        Assert.Equal(4, queue.Count);
    }

    [Fact]
    public void Within_a_full_network_a_client_without_a_place_gets_that_of_the_largest_client()
    {
        var queue = new FairQueue<string>(places: 10, perClient: 3, perNetwork: 4, window: 1000);
        foreach (var caller in (string[])["a1:1", "a1:2", "a1:3", "a2:1"])
            Assert.True(Add(queue, caller));
        Assert.Equal("a1:3", Displaced(queue, "a3:1"));
        Assert.False(Add(queue, "a1:4"));
        Assert.Equal("a1:2", Displaced(queue, "a4:1"));
        Assert.False(Add(queue, "a5:1"));
        Assert.Equal(["a1:1", "a2:1", "a3:1", "a4:1"], Drain(queue));
    }

    [Fact]
    public void A_caller_that_gives_up_frees_the_places_of_its_client_its_network_and_the_queue()
    {
        var queue = new FairQueue<string>(places: 1, perClient: 1, perNetwork: 1, window: 1000);
        Assert.True(Add(queue, "a1:1"));
        Assert.False(Add(queue, "a1:2"));
        Assert.False(Add(queue, "a2:1"));
        Assert.False(Add(queue, "b1:1"));
        Assert.True(queue.Remove(Key("a1:1"), "a1:1"));
        Assert.False(queue.Remove(Key("a1:1"), "a1:1"));
        foreach (var next in (string[])["a1:2", "a2:1", "b1:1"])
        {
            Assert.True(Add(queue, next));
            Assert.Equal([next], Drain(queue));
        }
    }

    [Fact]
    public void Whatever_happens_every_caller_leaves_once_and_no_share_is_exceeded()
    {
        var queue = new FairQueue<string>(places: 12, perClient: 3, perNetwork: 5, window: 1000);
        var waiting = new List<string>();
        for (var i = 0; i < 20_000; i++)
        {
            var caller = $"{"abcdef"[Any(6)]}{Any(4)}:{i}";
            switch (Any(5))
            {
                case 0 when queue.TakeNext() is { } served:
                    Assert.True(waiting.Remove(served));
                    break;
                case 1 when waiting.Count > 0:
                    var gone = waiting[Any(waiting.Count)];
                    Assert.True(queue.Remove(Key(gone), gone));
                    waiting.Remove(gone);
                    break;
                default:
                    if (queue.TryAdd(Key(caller), caller, out var displaced))
                        waiting.Add(caller);
                    if (displaced is not null)
                        Assert.True(waiting.Remove(displaced));
                    break;
            }
            Assert.Equal(waiting.Count, queue.Count);
            Assert.InRange(queue.Count, 0, 12);
            Assert.All(waiting.CountBy(one => Key(one).Client, StringComparer.Ordinal), client => Assert.InRange(client.Value, 1, 3));
            Assert.All(waiting.CountBy(one => Key(one).Network, StringComparer.Ordinal), network => Assert.InRange(network.Value, 1, 5));
        }
        Assert.Equal(waiting.Order(StringComparer.Ordinal), Drain(queue).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_kept_of_a_million_clients_that_were_refused_displaced_served_or_gave_up()
    {
        var queue = new FairQueue<string>(places: 8, perClient: 2, perNetwork: 4, window: 4);
        var clients = Pass(queue, 1_000_000);
        GC.Collect();
        Assert.InRange(clients.Count(client => client.IsAlive), 0, 8 + (2 * 4)); // who waits, and networks that were served lately
        Assert.InRange(queue.Count, 1, 8); // also keeps the queue alive until here
    }

    /// <summary>Lets many clients pass through the queue, and returns weak references to some of their names.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Pass(FairQueue<string> queue, int number)
    {
        var names = new List<WeakReference>();
        for (var i = 0; i < number; i++)
        {
            var name = i.ToString(CultureInfo.InvariantCulture);
            // Every fourth client belongs to one large network, which others displace.
            var key = new QueueKey(name, i % 4 == 0 ? "large" : name);
            if (i % 1000 < 4)
                names.Add(new WeakReference(name));
            queue.TryAdd(key, name, out _);
            if (i % 7 == 0)
                queue.TakeNext();
            if (i % 5 == 0)
                queue.Remove(key, name);
        }
        return names;
    }

    private static string?[] Take(FairQueue<string> queue, int count) => [.. Enumerable.Range(0, count).Select(_ => queue.TakeNext())];

    private static int Any(int below) => RandomNumberGenerator.GetInt32(below);

    private static QueueKey Key(string caller) => new(caller[..2], caller[..1]);

    private static FairQueue<string> Queue(params string[] callers) => Queue(100, callers);

    private static FairQueue<string> Queue(int places, params string[] callers)
    {
        var queue = new FairQueue<string>(places, perClient: 100, perNetwork: 100, window: 1000);
        Assert.All(callers, caller => Assert.True(Add(queue, caller)));
        return queue;
    }

    private static bool Add(FairQueue<string> queue, string caller)
    {
        var added = queue.TryAdd(Key(caller), caller, out var displaced);
        Assert.Null(displaced);
        return added;
    }

    private static string? Displaced(FairQueue<string> queue, string caller)
    {
        var count = queue.Count;
        Assert.True(queue.TryAdd(Key(caller), caller, out var displaced));
        Assert.Equal(count, queue.Count);
        return displaced;
    }

    private static List<string> Drain(FairQueue<string> queue)
    {
        var served = new List<string>();
        while (queue.TakeNext() is { } caller)
            served.Add(caller);
        return served;
    }
}

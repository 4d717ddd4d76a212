using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

public sealed class PlacesTests
{
    [Fact]
    public void A_client_and_its_network_hold_at_most_their_share()
    {
        var places = new Places(all: 1000, perClient: 10, perNetwork: 15);
        Assert.Equal(10, Take(places, 20, _ => "192.0.2.1"));
        Assert.Equal(5, Take(places, 20, i => $"192.0.2.{i + 2}"));
        Assert.Equal(10, Take(places, 20, _ => "192.0.3.1"));
        Assert.Equal(25, places.Taken);
    }

    [Theory]
    [InlineData(1, 500)]
    [InlineData(7, 125)]
    public void Networks_that_take_what_they_can_leave_as_much_for_others_as_each_of_them_has(int greedy, int left)
    {
        var places = new Places(all: 1000, perClient: 1000, perNetwork: 1000);
        for (var round = 0; round < 1000; round++)
            Take(places, greedy, i => $"2001:db8:{i}::1");
        Assert.Equal(1000 - left, places.Taken);
        Assert.NotNull(places.Enter(ClientAddress.Of("192.0.2.1")));
    }

    [Fact]
    public void Networks_that_hold_large_amounts_leave_room_for_small_ones()
    {
        var places = new Places(all: 24_000, perClient: 4000, perNetwork: 64_000);
        for (var i = 0; i < 480; i++)
            places.Enter(ClientAddress.Of($"192.0.{i % 10}.{i / 10}"), 500);
        Assert.InRange(places.Taken, 20_000, 23_500);
        Assert.NotNull(places.Enter(ClientAddress.Of("198.51.100.1"), 200));
    }

    [Fact]
    public void A_place_is_freed_once()
    {
        var places = new Places(all: 3, perClient: 3, perNetwork: 3);
        var first = places.Enter(ClientAddress.Of("192.0.2.1"), 2)!;
        using var second = places.Enter(ClientAddress.Of("192.0.3.1"))!;
        Assert.Null(places.Enter(ClientAddress.Of("192.0.3.1")));
        first.Dispose();
        first.Dispose();
        Assert.Equal(1, places.Taken);
    }

    [Fact]
    public void A_holder_without_a_client_has_no_share_but_counts_for_all()
    {
        var places = new Places(all: 3, perClient: 1, perNetwork: 1);
        Assert.NotNull(places.Enter(null, 3));
        Assert.Null(places.Enter(null));
        Assert.Null(places.Enter(ClientAddress.Of("192.0.2.1")));
    }

    [Fact]
    public async Task Parallel_holders_never_exceed_the_limit_and_leave_nothing_behind()
    {
        var places = new Places(all: 7, perClient: 5, perNetwork: 5);
        var most = 0L;
        await Verbs.AtOnce(8, async worker =>
        {
            for (var i = 0; i < 500; i++)
            {
                using var place = places.Enter(ClientAddress.Of($"192.0.{worker % 3}.1"));
                most = Math.Max(most, places.Taken);
                await Task.Yield();
            }
            return 0;
        });
        Assert.InRange(most, 1, 7);
        Assert.Equal(0, places.Taken);
    }

    private static int Take(Places places, int times, Func<int, string> client) =>
        Enumerable.Range(0, times).Count(i => places.Enter(ClientAddress.Of(client(i))) is not null);
}

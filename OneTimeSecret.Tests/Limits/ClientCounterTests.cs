using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

public sealed class ClientCounterTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_48_may_use_a_multiple_of_what_a_64_may_use()
    {
        var counter = Counter(most: 10, networkFactor: 2);
        Assert.Null(counter.Spend(Client("2001:db8:1:1::1"), 10));
        Assert.NotNull(counter.Spend(Client("2001:db8:1:1::2"), 1));
        Assert.Null(counter.Spend(Client("2001:db8:1:2::1"), 9));
        Assert.NotNull(counter.Spend(Client("2001:db8:1:3::1"), 2));
        Assert.Null(counter.Spend(Client("2001:db8:2:1::1"), 10));
    }

    [Fact]
    public void Neighbours_in_IPv4_do_not_count_for_each_other()
    {
        var counter = Counter(most: 10, networkFactor: 1);
        Assert.Null(counter.Spend(Client("192.0.2.1"), 10));
        Assert.Null(counter.Spend(Client("192.0.2.2"), 10));
    }

    [Fact]
    public void A_refund_counts_for_the_client_and_its_network()
    {
        var counter = Counter(most: 10, networkFactor: 1);
        Assert.Null(counter.Spend(Client("2001:db8:1:1::1"), 10));
        counter.Refund(Client("2001:db8:1:1::1"), 4, _clock.GetTimestamp());
        Assert.NotNull(counter.Spend(Client("2001:db8:1:2::1"), 5));
        Assert.Null(counter.Spend(Client("2001:db8:1:1::1"), 4));
    }

    [Fact]
    public void New_clients_count_for_their_24_when_a_window_remembers_no_further_clients()
    {
        var counter = Counter(most: 1, networkFactor: 3);
        for (var i = 0; i < WindowCounter.MostCallers; i++)
            counter.Spend(Client($"10.{i >> 16}.{i >> 8 & 255}.{i & 255}"));
        Assert.Null(counter.Spend(Client("192.0.2.1"), 3));
        Assert.NotNull(counter.Spend(Client("192.0.2.2")));
        counter.Refund(Client("192.0.2.1"), 1, _clock.GetTimestamp());
        Assert.Null(counter.Spend(Client("192.0.2.2")));
        Assert.Null(counter.Spend(Client("192.0.3.2")));
        Assert.NotNull(counter.Spend(Client("10.0.0.1")));
    }

    private ClientCounter Counter(long most, int networkFactor) => new(most, networkFactor, TimeSpan.FromMinutes(20), _clock);

    private static ClientAddress Client(string address) => ClientAddress.Of(address);
}

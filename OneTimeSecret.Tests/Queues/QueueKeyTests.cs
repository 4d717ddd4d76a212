using OneTimeSecret.Core.Queues;

namespace OneTimeSecret.Tests.Queues;

public sealed class QueueKeyTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.0")]
    [InlineData("192.0.2.255", "192.0.2.0")]
    [InlineData("192.0.3.1", "192.0.3.0")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1::")]
    [InlineData("2001:db8:1:ffff::/64", "2001:db8:1::")]
    [InlineData("2001:db8:2:1::/64", "2001:db8:2::")]
    [InlineData("unknown", "unknown")]
    public void The_network_of_a_client_is_its_IPv4_24_or_its_IPv6_48(string client, string network) =>
        Assert.Equal(new QueueKey(client, network), QueueKey.Of(client));
}

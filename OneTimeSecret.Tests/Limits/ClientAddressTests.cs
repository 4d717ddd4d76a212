using System.Net;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

/// <summary>Which addresses count as one client.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", null)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", null)]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:1:ffff::1", "2001:db8:1:ffff::/64", "2001:db8:1::/48")]
    [InlineData("fe80::1%3", "fe80::/64", "fe80::/48")]
    [InlineData("::1", "::/64", "::/48")]
    public void An_IPv4_address_or_an_IPv6_64_network_counts_as_one_client(string address, string name, string? network) =>
        Assert.Equal(new ClientAddress(name, network), ClientAddress.Of(IPAddress.Parse(address)));

    [Fact]
    public void Requests_without_an_address_count_as_one_client() =>
        Assert.Equal(new ClientAddress("unknown", null), ClientAddress.Of((IPAddress?)null));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.0/24")]
    [InlineData("192.0.2.255", "192.0.2.0/24")]
    [InlineData("192.0.3.1", "192.0.3.0/24")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:1:ffff::/64", "2001:db8:1::/48")]
    [InlineData("2001:db8:2:1::/64", "2001:db8:2::/48")]
    [InlineData("unknown", "unknown")]
    public void Neighbours_of_a_client_are_its_IPv4_24_or_its_IPv6_48(string client, string network)
    {
        Assert.Equal(client, ClientAddress.Of(client).Name);
        Assert.Equal(network, ClientAddress.Of(client).Neighbours);
    }
}

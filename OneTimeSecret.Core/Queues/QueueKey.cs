using System.Net;
using System.Net.Sockets;

namespace OneTimeSecret.Core.Queues;

/// <summary>By what a caller is counted in a shared queue (docs/adr/0012).</summary>
/// <param name="Client">The client: an IPv4 address, an IPv6 /64, or text that is neither.</param>
/// <param name="Network">
/// The network that contains the client: the IPv4 /24, the IPv6 /48, or the client itself if it is not an address. One owner can have all
/// addresses of such a network. Neighbours in it share its turns, which only costs time while others of them wait.
/// </param>
internal readonly record struct QueueKey(string Client, string Network)
{
    /// <summary>The key of a client.</summary>
    public static QueueKey Of(string client)
    {
        if (!IPAddress.TryParse(client.Split('/')[0], out var address))
            return new QueueKey(client, client);
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(address.AddressFamily == AddressFamily.InterNetworkV6 ? 48 / 8 : 24 / 8).Clear();
        return new QueueKey(client, new IPAddress(bytes).ToString());
    }
}

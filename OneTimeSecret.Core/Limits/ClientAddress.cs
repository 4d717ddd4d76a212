using System.Net;
using System.Net.Sockets;

namespace OneTimeSecret.Core.Limits;

/// <summary>
/// The identity of a client for limits: an IPv4 address (also if mapped to IPv6), or an IPv6 /64, which is the least a household gets.
/// </summary>
/// <param name="Name">The IPv4 address, the IPv6 /64, or text that is neither.</param>
/// <param name="Network">The IPv6 /48 that contains it. Null for anything else: many customers may share an IPv4 network.</param>
public sealed record ClientAddress(string Name, string? Network)
{
    /// <summary>
    /// The network whose clients take turns and hold places together (docs/adr/0012): the IPv6 /48, the IPv4 /24, or the client itself if
    /// it is no address. One owner can have all addresses of such a network.
    /// </summary>
    public string Neighbours =>
        Network ?? (IPAddress.TryParse(Name, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? Prefix(address, 24)
            : Name);

    /// <summary>The client with an address. Null: the requests of a server without addresses count as one client.</summary>
    public static ClientAddress Of(IPAddress? address)
    {
        if (address is null)
            return new ClientAddress("unknown", null);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new ClientAddress(Prefix(address, 64), Prefix(address, 48))
            : new ClientAddress(address.ToString(), null);
    }

    /// <summary>The client with a <see cref="Name"/>.</summary>
    public static ClientAddress Of(string name) =>
        IPAddress.TryParse(name.Split('/')[0], out var address) ? Of(address) : new ClientAddress(name, null);

    private static string Prefix(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }
}

using System.Net;
using System.Net.Sockets;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// The identity of a client for limits: an IPv4 address (also if mapped to IPv6), or an IPv6 /64, which is the least a household gets.
/// </summary>
/// <param name="Name">The IPv4 address or the IPv6 /64.</param>
/// <param name="Network">The IPv6 /48 that contains it. Null for IPv4.</param>
internal sealed record ClientAddress(string Name, string? Network)
{
    public static ClientAddress Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

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

    private static string Prefix(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return $"{new IPAddress(bytes)}/{bits}";
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OneTimeSecret.Core.Actors;

/// <summary>Parses networks that people write, and normalizes their spelling.</summary>
public static class NetworkText
{
    /// <summary>Prefix length of ::ffff:0:0/96, which contains the IPv4 addresses (RFC 4291, 2.5.5.2).</summary>
    internal const int MappedBits = 96;

    /// <summary>0.0.0.0 as IPv6.</summary>
    internal static readonly IPAddress AnyIPv4 = IPAddress.Any.MapToIPv6();

    /// <summary>
    /// The network in <paramref name="text"/>, which is an address or an address with a prefix length. Null: the text is neither. The bits
    /// after the prefix are cleared, and IPv4 mapped to IPv6 becomes IPv4.
    /// </summary>
    public static IPNetwork? Parse(string text)
    {
        var parts = text.Trim().Split('/');
        if (parts.Length > 2 || Address(parts[0]) is not { } address)
            return null;
        var most = Bits(address);
        var bits = most;
        if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out bits) || bits > most))
            return null;
        if (address.IsIPv4MappedToIPv6 && bits >= MappedBits)
            (address, bits) = (address.MapToIPv4(), bits - MappedBits);
        return Around(address, bits);
    }

    /// <summary>The network with a prefix of <paramref name="bits"/> bits that contains an address.</summary>
    public static IPNetwork Around(IPAddress address, int bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        bytes = bytes[..length];
        for (var i = 0; i < length; i++)
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(bits - (8 * i), 0, 8));
        return new IPNetwork(new IPAddress(bytes), bits);
    }

    /// <summary>The address by which a client is identified: IPv4 mapped to IPv6 becomes IPv4.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Whether one of two networks contains the other.</summary>
    public static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    /// <summary>Accepts only the usual spelling. The parser alone would also accept 1, 0x7f.1 and [::1]:80.</summary>
    private static IPAddress? Address(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6
            ? text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.')
            : string.Equals(address.ToString(), text, StringComparison.Ordinal))
            ? address
            : null;
}

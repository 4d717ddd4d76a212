namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Client addresses, as a trusted proxy forwards them.</summary>
internal static class Addresses
{
    /// <summary>Lets the server believe the proofs, which come from this machine.</summary>
    public const string Trust = "--Site:TrustedProxies=127.0.0.1";

    /// <summary>The header of an address. It ends with CR LF.</summary>
    public static string Header(string address) => $"X-Forwarded-For: {address}\r\n";

    /// <summary>Addresses of one attacker: four IPv4 /24 networks and four IPv6 /48 networks with all their /64.</summary>
    public static string OfAttacker(Dice dice) => dice.Below(2) == 0
        ? $"203.0.{112 + dice.Below(4)}.{dice.Below(256)}"
        : $"2001:db8:{dice.Below(4):x}:{dice.Below(65536):x}::{1 + dice.Below(9)}";

    /// <summary>A different client and network for each number: alternately an IPv4 address and an IPv6 /48.</summary>
    public static string OfNumber(int number) => number % 2 == 0
        ? $"{11 + (number >> 24)}.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}"
        : $"2001:{number >> 16:x}:{number & 65535:x}:1::1";
}

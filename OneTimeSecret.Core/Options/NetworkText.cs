using System.Net;

namespace OneTimeSecret.Core.Options;

/// <summary>Networks as settings name them: <c>10.0.0.0/8</c>, or an address, which is a network of its own.</summary>
public static class NetworkText
{
    /// <summary>Reads one.</summary>
    /// <exception cref="FormatException">It is neither an address nor a network.</exception>
    public static IPNetwork Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network : Single(IPAddress.Parse(text));

    /// <summary>What is wrong with a list of them, in words that follow the setting's name.</summary>
    public static IEnumerable<string> Mistakes(IEnumerable<string> networks) => networks
        .Where(text => !IPNetwork.TryParse(text, out _) && !IPAddress.TryParse(text, out _))
        .Select(text => $"holds '{text}', which is neither an address nor a network such as 10.0.0.0/8");

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);
}

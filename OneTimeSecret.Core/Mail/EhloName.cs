using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace OneTimeSecret.Core.Mail;

/// <summary>The name that this server sends in EHLO: a host name or an address literal (RFC 5321, 4.1.3).</summary>
public static partial class EhloName
{
    private const int MaxLength = 255;
    private const string SixTag = "IPv6:";

    /// <summary>The name in the form that EHLO needs. Null: the text is not valid. Addresses may come without brackets and tag.</summary>
    public static string? Parse(string text)
    {
        var address = text is ['[', .., ']'] ? text[1..^1] : text;
        if (address.StartsWith(SixTag, StringComparison.OrdinalIgnoreCase))
            address = address[SixTag.Length..];
        if (IPAddress.TryParse(address, out var ip) && (ip.AddressFamily == AddressFamily.InterNetworkV6
            ? !address.Contains('%', StringComparison.Ordinal)
            : string.Equals(ip.ToString(), address, StringComparison.Ordinal)))
            return ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{SixTag}{ip}]" : $"[{ip}]";
        try
        {
            var host = new IdnMapping().GetAscii(text);
            var labels = host.Split('.');
            var isHost = host.Length <= MaxLength && Array.TrueForAll(labels, Label().IsMatch) && !labels[^1].All(char.IsAsciiDigit);
            return isHost ? host : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The rules of host names do not allow underscores, but real names contain them.</summary>
    [GeneratedRegex(@"\A[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\z", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Label();
}

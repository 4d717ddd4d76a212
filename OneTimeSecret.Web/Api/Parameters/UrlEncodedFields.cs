using System.Buffers;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>
/// Parses <c>application/x-www-form-urlencoded</c>, for query strings and forms. Decoding works on bytes. A percent sign without two
/// hexadecimal digits is refused, because keeping it as text could alter a secret unnoticed.
/// </summary>
internal static class UrlEncodedFields
{
    internal const string BadEscape = "A percent sign must be followed by two hexadecimal digits.";

    /// <summary>Decodes in place and adds each field. Returns null, or the reason of a refusal.</summary>
    public static string? Parse(Span<byte> text, Fields into)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'&');
            var pair = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(end + 1)..];

            if (!pair.IsEmpty && ParsePair(pair, into) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static string? ParsePair(Span<byte> pair, Fields into)
    {
        var equals = pair.IndexOf((byte)'=');
        var name = equals < 0 ? pair : pair[..equals];
        var value = equals < 0 ? [] : pair[(equals + 1)..];

        return TryDecode(ref name) && TryDecode(ref value) ? into.Add(name, value) : BadEscape;
    }

    private static bool TryDecode(ref Span<byte> text)
    {
        var written = 0;
        for (var read = 0; read < text.Length; read++, written++)
        {
            if (text[read] != '%')
            {
                text[written] = text[read] == '+' ? (byte)' ' : text[read];
                continue;
            }

            var digits = text[(read + 1)..Math.Min(read + 3, text.Length)];
            if (Convert.FromHexString(digits, text.Slice(written, 1), out _, out var decoded) is not OperationStatus.Done || decoded != 1)
                return false;

            read += 2;
        }

        text = text[..written];
        return true;
    }
}

using System.Text;
using Microsoft.Net.Http.Headers;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>
/// Parses <c>multipart/form-data</c> (RFC 7578). A file part is a field like any other. Its file name, content type and charset are
/// ignored. The bytes of a part are kept as sent and must be UTF-8.
/// </summary>
internal static class MultipartFields
{
    /// <summary>RFC 2046 section 5.1.1.</summary>
    internal const int MaxBoundaryLength = 70;

    /// <summary>The maximum size of a part's headers in bytes. It leaves room for a long file name.</summary>
    internal const int MaxHeaderLength = 4096;

    internal const string BadBoundary = "The boundary must be 1 to 70 ASCII characters.";
    internal const string BadParts = "The parts must be framed by the boundary and closed by it.";
    internal const string BadHeaders = "Each part needs a form-data disposition with a name, and at most 4096 bytes of headers.";
    internal const string BadTransferEncoding = "Parts must not be base64 or quoted-printable.";

    private static ReadOnlySpan<byte> LineBreak => "\r\n"u8;

    /// <summary>Adds the field of each part, byte for byte. Returns null, or the reason of a refusal.</summary>
    public static string? Parse(ReadOnlySpan<byte> body, ReadOnlySpan<char> boundary, Fields into)
    {
        if (boundary.Length is < 1 or > MaxBoundaryLength || !Ascii.IsValid(boundary))
            return BadBoundary;

        // The line break before a delimiter is part of the delimiter, not of the content. Only the first delimiter may omit it.
        ReadOnlySpan<byte> delimiter = Encoding.ASCII.GetBytes($"\r\n--{boundary}");
        var rest = body;
        if (body.StartsWith(delimiter[LineBreak.Length..]))
            rest = body[(delimiter.Length - LineBreak.Length)..];
        else if (!TryCut(ref rest, delimiter, out _))
            return BadParts;

        while (!rest.StartsWith("--"u8))
        {
            if (!TryCut(ref rest, LineBreak, out var padding) || padding.ContainsAnyExcept((byte)' ', (byte)'\t'))
                return BadParts;

            if (ParsePart(ref rest, delimiter, into) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static string? ParsePart(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> delimiter, Fields into)
    {
        if (!TryCut(ref rest, "\r\n\r\n"u8, out var headers) || headers.Length > MaxHeaderLength)
            return BadHeaders;

        return ReadHeaders(headers, out var name)
            ?? (TryCut(ref rest, delimiter, out var content) ? into.Add(name, content) : BadParts);
    }

    private static string? ReadHeaders(ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name)
    {
        // Latin-1 preserves every byte. A file name may be in any code page. Only the field's name must be UTF-8.
        string? disposition = null;
        name = default;
        foreach (var line in Encoding.Latin1.GetString(headers).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                return BadHeaders;

            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].ToLowerInvariant())
            {
                case "content-disposition" when disposition is not null:
                    return BadHeaders;
                case "content-disposition":
                    disposition = value;
                    break;
                case "content-transfer-encoding" when value.ToLowerInvariant() is not ("7bit" or "8bit" or "binary"):
                    return BadTransferEncoding;
            }
        }

        if (!ContentDispositionHeaderValue.TryParse(disposition, out var parsed) || !parsed.Name.HasValue
            || !parsed.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
            return BadHeaders;

        name = Encoding.Latin1.GetBytes(HeaderUtilities.UnescapeAsQuotedString(parsed.Name).ToString());
        return null;
    }

    /// <summary>Splits <paramref name="rest"/> at the mark and leaves in it what follows the mark. False if there is none.</summary>
    private static bool TryCut(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> before)
    {
        var at = rest.IndexOf(mark);
        before = at < 0 ? [] : rest[..at];
        rest = at < 0 ? rest : rest[(at + mark.Length)..];
        return at >= 0;
    }
}

using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>The result of reading the parameters of a request.</summary>
internal abstract record ParameterReading
{
    private ParameterReading()
    {
    }

    /// <summary>The request is well-formed. The receiver must dispose the parameters, which clears their bytes.</summary>
    internal sealed record Parsed(RequestParameters Parameters) : ParameterReading;

    /// <summary>The whole request is refused. The reason is a fixed sentence and never repeats input.</summary>
    internal sealed record Malformed(string Reason) : ParameterReading;

    /// <summary>The body exceeds the limit. The rest of it was not read.</summary>
    internal sealed record TooLarge : ParameterReading;
}

/// <summary>
/// Reads the flat parameters of a request from its raw query string and its body, in bounded memory and without altering a byte. The
/// framework's form and query readers replace invalid bytes and buffer to disk (docs/adr/0003-bounded-parameter-reader.md).
/// </summary>
internal static class ParameterReader
{
    internal const string RawQuery = "The query string must be percent-encoded.";
    internal const string UnknownCharset = "The charset must be utf-8, unless the body is ASCII and the charset includes that.";
    internal const string UnknownEncoding = "The body must be a form, multipart/form-data or a JSON object.";

    /// <summary>Prefixes of charset names in which a byte below 0x80 may encode something else than the ASCII character.</summary>
    private static readonly string[] WithoutAscii =
        ["utf-16", "utf-32", "utf-7", "ucs-", "iso-10646", "iso-2022", "csiso2022", "hz-", "unicode"];

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]%"u8);

    /// <summary>Reads the query string and at most <paramref name="bodyLimit"/> bytes of the body.</summary>
    /// <param name="request">The request. Its body must be unread.</param>
    /// <param name="bodyLimit">
    /// The limit in bytes as sent. JSON takes up to six bytes for one byte of text, and percent-encoding three, so this must be well
    /// above the largest secret. Kestrel limits the query string, which is part of the request line.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait for a slow sender.</param>
    /// <exception cref="IOException">The client disconnected or violated the HTTP framing of the body.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public static async Task<ParameterReading> ReadAsync(HttpRequest request, int bodyLimit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > bodyLimit)
            return new ParameterReading.TooLarge();

        using var body = new BoundedBody(bodyLimit);
        if (!await body.FillAsync(request.Body, cancellationToken))
            return new ParameterReading.TooLarge();

        var ofQuery = new Fields();
        var ofBody = new Fields();
        var parameters = new RequestParameters(ofBody, ofQuery);
        var flaw = ParseQuery(request.QueryString, ofQuery) ?? ParseBody(body.Bytes, request.ContentType, ofBody);
        if (flaw is null)
            return new ParameterReading.Parsed(parameters);

        parameters.Dispose();
        return new ParameterReading.Malformed(flaw);
    }

    private static string? ParseQuery(QueryString query, Fields into)
    {
        if (!query.HasValue)
            return null;

        // Kestrel passes the query string undecoded, as it was in the request line. A URI contains only ASCII.
        using var bytes = new SecretBytes(query.Value!.Length);
        return Ascii.FromUtf16(query.Value, bytes.Span, out _) is OperationStatus.Done
            ? UrlEncodedFields.Parse(bytes.Span[1..], into)
            : RawQuery;
    }

    /// <summary>
    /// A known content type decides the parser. If the content type is missing or unknown, the first bytes decide, because small scripts
    /// often send JSON or a form without a content type or with a wrong one.
    /// </summary>
    private static string? ParseBody(Span<byte> body, string? contentType, Fields into)
    {
        if (body.IsEmpty)
            return null;

        _ = MediaTypeHeaderValue.TryParse(contentType, out var type);
        if (type is { Charset.HasValue: true } && !IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset).ToString(), body))
            return UnknownCharset;

        return type?.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/x-www-form-urlencoded" => UrlEncodedFields.Parse(body, into),
            "multipart/form-data" => MultipartFields.Parse(body, HeaderUtilities.UnescapeAsQuotedString(type.Boundary).AsSpan(), into),
            "application/json" or "text/json" => JsonFields.Parse(body, into),
            { } other when IsJsonDialect(other) => JsonFields.Parse(body, into),
            _ when JsonFields.LooksLikeObject(body) => JsonFields.Parse(body, into),
            _ when LooksLikeForm(body) => UrlEncodedFields.Parse(body, into),
            _ => UnknownEncoding,
        };
    }

    /// <summary>
    /// Whether the body can be read as UTF-8. Old clients declare Latin-1 or ASCII but send only ASCII bytes (other characters are
    /// percent-encoded or escaped). Such bytes are the same text in all these charsets.
    /// </summary>
    private static bool IsUtf8(string charset, ReadOnlySpan<byte> body) =>
        charset.ToLowerInvariant() is "" or "utf-8" or "utf8"
        || (Ascii.IsValid(body) && !Array.Exists(WithoutAscii, name => charset.StartsWith(name, StringComparison.OrdinalIgnoreCase)));

    private static bool IsJsonDialect(string mediaType) =>
        mediaType.StartsWith("application/", StringComparison.Ordinal) && mediaType.EndsWith("+json", StringComparison.Ordinal);

    private static bool LooksLikeForm(ReadOnlySpan<byte> body) =>
        body.IndexOfAnyExcept(NameBytes) is var end and > 0 && body[end] == '=';
}

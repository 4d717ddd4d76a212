using System.Buffers;
using System.Text;
using Microsoft.Net.Http.Headers;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>What reading the parameters of a request can come to.</summary>
internal abstract record ParameterReading
{
    private ParameterReading()
    {
    }

    /// <summary>The request is well-formed. Whoever receives the parameters disposes them, which clears their bytes.</summary>
    internal sealed record Parsed(RequestParameters Parameters) : ParameterReading;

    /// <summary>The request is refused as a whole. The reason is a fixed sentence and never repeats what was sent.</summary>
    internal sealed record Malformed(string Reason) : ParameterReading;

    /// <summary>The body is longer than the limit; what lies beyond was not read.</summary>
    internal sealed record TooLarge : ParameterReading;
}

/// <summary>
/// Reads the flat parameters of a request from its raw query string and its body. The framework's own form
/// and query readers repair bad bytes and buffer to disk; here everything stays in bounded memory and no byte is altered (ADR 0003).
/// </summary>
internal static class ParameterReader
{
    internal const string RawQuery = "The query string must be percent-encoded.";
    internal const string UnknownCharset = "The charset must be utf-8, unless the body is ASCII and the charset includes that.";
    internal const string UnknownEncoding = "The body must be a form, multipart/form-data or a JSON object.";

    /// <summary>Beginnings of the names of encodings in which bytes of ASCII may stand for other characters.</summary>
    private static readonly string[] WithoutAscii =
        ["utf-16", "utf-32", "utf-7", "ucs-", "iso-10646", "iso-2022", "csiso2022", "hz-", "unicode"];

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.[]%"u8);

    /// <summary>Reads the query string and at most <paramref name="bodyLimit"/> bytes of the body.</summary>
    /// <param name="request">The request, whose body nobody has read yet.</param>
    /// <param name="bodyLimit">
    /// Bytes of the body as sent. JSON and percent-encoding spend up to six bytes on one byte of text, so this is well above the
    /// largest secret. The server itself bounds the query string, which is part of the request line.
    /// </param>
    /// <param name="cancellationToken">Ends the wait for a slow sender.</param>
    /// <exception cref="IOException">The client went away, or broke the protocol below the body.</exception>
    /// <exception cref="OperationCanceledException">The wait ended.</exception>
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

        // Kestrel hands the query over as it stood in the request line, percent signs and all. A URI is ASCII.
        using var bytes = new SecretBytes(query.Value!.Length);
        return Ascii.FromUtf16(query.Value, bytes.Span, out _) is OperationStatus.Done
            ? UrlEncodedFields.Parse(bytes.Span[1..], into)
            : RawQuery;
    }

    /// <summary>
    /// A known content type is taken at its word. Where it is missing or odd the first bytes decide, because small scripts
    /// often send JSON or a form without saying so, or under another name.
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
    /// Whether the bytes can be read as UTF-8. Old clients name Latin-1 or ASCII and send nothing but ASCII, percent-encoded or escaped:
    /// such bytes are the same text in all of these.
    /// </summary>
    private static bool IsUtf8(string charset, ReadOnlySpan<byte> body) =>
        charset.ToLowerInvariant() is "" or "utf-8" or "utf8"
        || (Ascii.IsValid(body) && !Array.Exists(WithoutAscii, name => charset.StartsWith(name, StringComparison.OrdinalIgnoreCase)));

    private static bool IsJsonDialect(string mediaType) =>
        mediaType.StartsWith("application/", StringComparison.Ordinal) && mediaType.EndsWith("+json", StringComparison.Ordinal);

    private static bool LooksLikeForm(ReadOnlySpan<byte> body) =>
        body.IndexOfAnyExcept(NameBytes) is var end and > 0 && body[end] == '=';
}

using System.Text.Json;
using System.Text.Unicode;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>
/// Parses <c>application/json</c>. One object is flattened to the fields that a form would send: <c>["a"]</c> becomes <c>name[]=a</c>,
/// and <c>{"numbers":true}</c> becomes <c>name[numbers]=true</c>. Numbers and booleans count as their literal text, null as absent.
/// </summary>
internal static class JsonFields
{
    internal const int MaxDepth = 16;
    internal const string NotAnObject = "The body must be one JSON object in valid UTF-8.";

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Whether the first non-blank character is an opening brace.</summary>
    public static bool LooksLikeObject(ReadOnlySpan<byte> body) =>
        WithoutMark(body).TrimStart(" \t\r\n"u8).StartsWith("{"u8);

    /// <summary>Adds each field. Returns null, or the reason of a refusal.</summary>
    public static string? Parse(ReadOnlySpan<byte> body, Fields into)
    {
        var document = WithoutMark(body);
        if (!Utf8.IsValid(document))
            return Fields.NotUtf8;

        using var scratch = new SecretBytes(document.Length);
        try
        {
            var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = MaxDepth });
            return ReadDocument(ref reader, into, scratch.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The JSON reader throws JsonException for bad syntax and InvalidOperationException for an unpaired surrogate.
            return NotAnObject;
        }
    }

    private static string? ReadDocument(ref Utf8JsonReader reader, Fields into, Span<byte> scratch)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            return NotAnObject;

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (ReadMember(ref reader, FieldName.Parse(reader.GetString()!), into, scratch) is { } flaw)
                return flaw;
        }

        // Another read finds trailing content after the object.
        return reader.Read() ? NotAnObject : null;
    }

    private static string? ReadMember(ref Utf8JsonReader reader, FieldName name, Fields into, Span<byte> scratch)
    {
        reader.Read();
        return ReadValue(ref reader, name, into, scratch);
    }

    private static string? ReadValue(ref Utf8JsonReader reader, FieldName name, Fields into, Span<byte> scratch) =>
        reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.String => into.Add(name, scratch[..reader.CopyString(scratch)]),
            JsonTokenType.StartArray => ReadArray(ref reader, name.Element(), into, scratch),
            JsonTokenType.StartObject => ReadObject(ref reader, name, into, scratch),
            _ => into.Add(name, reader.ValueSpan),
        };

    private static string? ReadArray(ref Utf8JsonReader reader, FieldName element, Fields into, Span<byte> scratch)
    {
        var flaw = into.Mention(element);
        while (flaw is null && reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            flaw = ReadValue(ref reader, element, into, scratch);

        return flaw;
    }

    private static string? ReadObject(ref Utf8JsonReader reader, FieldName name, Fields into, Span<byte> scratch)
    {
        var flaw = into.Mention(name.Member(""));
        while (flaw is null && reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            flaw = ReadMember(ref reader, name.Member(reader.GetString()!), into, scratch);

        return flaw;
    }

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> body) =>
        body.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
}

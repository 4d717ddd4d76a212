using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace OneTimeSecret.Tests.Api.Parameters;

/// <summary>Any Unicode text arrives byte for byte in every encoding. The tests use the framework's encoders where there are any.</summary>
[Properties(Arbitrary = [typeof(EveryEncodingTests)], MaxTest = 200)]
public sealed class EveryEncodingTests
{
    private const int LargestSecret = 10_000;

    [Property]
    public Task Any_text_in_a_form_arrives_unchanged(UnicodeText text) =>
        Survives(text, new FormUrlEncodedContent([new("secret", text.Value)]));

    [Property]
    public Task Any_text_in_a_multipart_field_arrives_unchanged(UnicodeText text) =>
        Survives(text, new MultipartFormDataContent { { new ByteArrayContent(text.Utf8), "secret" } });

    [Property]
    public Task Any_text_in_a_multipart_file_arrives_unchanged(UnicodeText text) =>
        Survives(text, new MultipartFormDataContent { { new ByteArrayContent(text.Utf8), "\"secret\"", "sécret.txt" } });

    [Property]
    public Task Any_text_in_JSON_with_few_escapes_arrives_unchanged(UnicodeText text) =>
        Survives(text, Json(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping));

    [Property]
    public Task Any_text_in_JSON_with_the_usual_escapes_arrives_unchanged(UnicodeText text) =>
        Survives(text, Json(text, JavaScriptEncoder.Default));

    [Property]
    public Task Any_text_in_JSON_with_every_character_escaped_arrives_unchanged(UnicodeText text) =>
        Survives(text, Json(string.Concat(text.Value.Select(unit => $"\\u{(int)unit:x4}"))));

    [Property]
    public Task Any_text_in_a_query_arrives_unchanged(UnicodeText text) =>
        Survives(text, new ByteArrayContent([]), "?secret=" + Uri.EscapeDataString(text.Value));

    [Property]
    public Task Any_text_in_a_query_with_every_byte_escaped_arrives_unchanged(UnicodeText text)
    {
        var escapes = string.Concat(text.Utf8.Select(one => "%" + one.ToString("x2", CultureInfo.InvariantCulture)));
        return Survives(text, new ByteArrayContent([]), "?secret=" + escapes);
    }

    public static Arbitrary<UnicodeText> Texts()
    {
        var runes = Gen.OneOf(
            Gen.Elements("\0\r\n\t \"'\\&=+%;-{}[]<>/".EnumerateRunes().ToArray()),
            Gen.Choose(0, 0x7F).Select(scalar => new Rune(scalar)),
            Gen.Choose(0x80, 0x7FF).Select(scalar => new Rune(scalar)),
            Gen.Choose(0x800, 0xD7FF).Select(scalar => new Rune(scalar)),
            Gen.Choose(0xE000, 0xFFFF).Select(scalar => new Rune(scalar)),
            Gen.Choose(0x10000, 0x10FFFF).Select(scalar => new Rune(scalar)));
        var blanks = Gen.Elements(' ', '\t', '\r', '\n').Select(blank => new Rune(blank));
        var some = Gen.Choose(0, 40).SelectMany(count => runes.ArrayOf(count));

        return Gen.OneOf(some, Gen.Choose(1, 10).SelectMany(count => blanks.ArrayOf(count)), some.Select(Largest))
            .Select(text => new UnicodeText(string.Concat(text)))
            .ToArbitrary();
    }

    // Repeats the text up to the size of the largest secret that the product accepts.
    private static Rune[] Largest(Rune[] text) =>
        text.Length == 0
            ? []
            : [.. Enumerable.Repeat(text, LargestSecret / text.Sum(rune => rune.Utf8SequenceLength)).SelectMany(all => all)];

    private static StringContent Json(UnicodeText text, JavaScriptEncoder encoder) => Json(encoder.Encode(text.Value));

    private static StringContent Json(string escaped) => new($"{{\"secret\":\"{escaped}\"}}", Encoding.UTF8, Sent.Json);

    private static async Task Survives(UnicodeText text, HttpContent content, string query = "")
    {
        using (content)
        {
            var body = await content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            using var parameters = await Sent.Parsed(body, content.Headers.ContentType?.ToString(), query);

            Assert.Equal(text.Utf8, parameters.Bytes("secret")!.Value.ToArray());
            Assert.Equal(text.Value, parameters.Text("secret"));
        }
    }

    public sealed record UnicodeText(string Value)
    {
        public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Value);
    }
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck.Xunit;
using OneTimeSecret.Tests.Api.Parameters;
using UnicodeText = OneTimeSecret.Tests.Api.Parameters.EveryEncodingTests.UnicodeText;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>A secret is revealed over HTTP byte for byte as it was sent, in every encoding, or it is refused.</summary>
[Properties(Arbitrary = [typeof(EveryEncodingTests)], MaxTest = 40)]
public sealed class ByteForByteTests(ByteForByteTests.Unlimited unlimited) : IClassFixture<ByteForByteTests.Unlimited>
{
    private const string Share = "/api/v1/share";
    private const int Largest = 10_000;

    private RunningServer Server => unlimited.Server;

    public static TheoryData<string> Encodings() => ["form", "multipart field", "multipart file", "json", "json escaped", "query"];

    [Property]
    public Task A_secret_sent_in_a_form_is_revealed_byte_for_byte(UnicodeText text) => Survives("form", text);

    [Property]
    public Task A_secret_sent_in_a_multipart_field_is_revealed_byte_for_byte(UnicodeText text) => Survives("multipart field", text);

    [Property]
    public Task A_secret_sent_in_a_multipart_file_is_revealed_byte_for_byte(UnicodeText text) => Survives("multipart file", text);

    [Property]
    public Task A_secret_sent_in_JSON_is_revealed_byte_for_byte(UnicodeText text) => Survives("json", text);

    [Property]
    public Task A_secret_sent_in_JSON_with_every_character_escaped_is_revealed_byte_for_byte(UnicodeText text) =>
        Survives("json escaped", text);

    [Property]
    public Task A_secret_sent_in_a_query_is_revealed_byte_for_byte(UnicodeText text) => Survives("query", text);

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_secret_of_10000_bytes_is_accepted_and_one_byte_more_is_refused(string encoding)
    {
        const string TooLarge = "Secret value exceeds the maximum size of 10000 bytes";
        foreach (var letter in (string[])["x", "é", "€", "🔑", "\0", "%"])
        {
            var most = string.Concat(Enumerable.Repeat(letter, Largest / Encoding.UTF8.GetByteCount(letter)));
            most += new string('y', Largest - Encoding.UTF8.GetByteCount(most));
            await Survives(encoding, new UnicodeText(most));

            var before = await Server.Rows();
            await Answers.Refused(Send(encoding, most + "y"), TooLarge);
            Assert.Equal(before, await Server.Rows());
        }
    }

    private async Task Survives(string encoding, UnicodeText text)
    {
        if (text.Value.Length == 0)
        {
            await Answers.Refused(Send(encoding, ""), "You did not provide anything to share");
            return;
        }
        var key = (string)(await Answers.Ok(Send(encoding, text.Value)))["secret_key"]!;
        using var answer = await Server.Post($"/api/v1/secret/{key}");
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(text.Utf8, Encoding.UTF8.GetBytes(body.RootElement.GetProperty("value").GetString()!));
    }

    private Task<HttpResponseMessage> Send(string encoding, string text) => encoding switch
    {
        "form" => Server.Send("POST", Share, new FormUrlEncodedContent([new("secret", text)])),
        "multipart field" => Server.Send("POST", Share, new MultipartFormDataContent { { Part(text), "secret" } }),
        "multipart file" => Server.Send("POST", Share, new MultipartFormDataContent { { Part(text), "secret", "id_ed25519" } }),
        "json" => Server.Send("POST", Share, Body($$"""{"secret":"{{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}}"}""")),
        "json escaped" => Server.Send("POST", Share, Body(
            $$"""{"secret":"{{string.Concat(text.Select(unit => $"\\u{(int)unit:x4}"))}}"}""")),
        _ => Server.Send("POST", $"{Share}?secret=" + string.Concat(
            Encoding.UTF8.GetBytes(text).Select(one => "%" + one.ToString("X2", CultureInfo.InvariantCulture)))),
    };

    private static ByteArrayContent Part(string text)
    {
        var part = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return part;
    }

    private static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    public sealed class Unlimited : IAsyncLifetime
    {
        internal RunningServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await RunningServer.Start("--Limits:Enabled=false");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}

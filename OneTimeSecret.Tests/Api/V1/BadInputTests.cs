using System.Text;
using OneTimeSecret.Tests.Api.Parameters;
using OneTimeSecret.Tests.Http;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>Whatever a client sends, the answer is one of docs/contract.md, nothing is created, and the server keeps working.</summary>
public sealed class BadInputTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    /// <summary>Content types and bodies (Latin-1, one byte for each character).</summary>
    public static TheoryData<string, string> Malformed() => new()
    {
        { Sent.Json, "{" },
        { Sent.Json, "{\"secret\":\"x\"" },
        { Sent.Json, "{\"secret\":\"x\"}}" },
        { Sent.Json, "{\"secret\":\"x\",}" },
        { Sent.Json, "{'secret':'x'}" },
        { Sent.Json, "secret=x" },
        { Sent.Json, "\"secret\"" },
        { Sent.Json, "[{\"secret\":\"x\"}]" },
        { Sent.Json, "null" },
        { Sent.Json, "{\"secret\":{\"a\":1}}" },
        { Sent.Json, "{\"secret\":[\"x\"]}" },
        { Sent.Json, "{\"secret\":\"x\",\"passphrase\":{}}" },
        { Sent.Json, "{\"secret\":\"\\ud83d\"}" },
        { Sent.Json, "{\"secret\":\"\xFF\"}" },
        { Sent.Json, "{\"a\":" + new string('[', 100) + new string(']', 100) + "}" },
        { Sent.Form, "secret=\xC3" },
        { Sent.Form, "secret=%FF" },
        { Sent.Form, "secret=%C0%80" },
        { Sent.Form, "secret=%ED%A0%80" },
        { Sent.Form, "secret=100%" },
        { Sent.Form, "secret=%zz" },
        { Sent.Form, "secret=x&%FF=1" },
        { Sent.Form, string.Join('&', Enumerable.Range(0, 300).Select(i => $"a{i}=1")) },
        { Sent.Multipart, "secret=x" },
        { Sent.Multipart, "--frontier\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\nx" },
        { Sent.Multipart, "--frontier\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\n\xFF\r\n--frontier--\r\n" },
        { "multipart/form-data", "--frontier--" },
        { "application/json; charset=iso-8859-1", "{\"secret\":\"\xE9\"}" },
        { "application/octet-stream", "\0\x01\x02\xFF" },
        { "image/png", "just some text" },
        { "application/xml", "<secret>x</secret>" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_body_is_refused_on_every_route_that_reads_one(string type, string body)
    {
        var (key, metadata) = await Server.Share("survivor");
        var before = await Server.Rows();
        string[] routes = ["share", "create", "generate", $"secret/{key}", $"private/{metadata}", $"receipt/{metadata}/burn"];
        foreach (var route in routes)
            await Answers.Malformed(Server.Send("POST", $"/api/v1/{route}", Body(type, Sent.Bytes(body))));
        Assert.Equal(before, await Server.Rows());
        Assert.Equal("survivor", await Server.Reveal(key));
    }

    [Theory]
    [InlineData("secret=%FF")]
    [InlineData("secret=%")]
    [InlineData("secret=x&passphrase[a]=abcd")]
    [InlineData("%ff=x")]
    public async Task A_malformed_query_is_refused(string query)
    {
        var before = await Server.Rows();
        // Sent over a bare socket, because HttpClient would correct the percent signs.
        foreach (var body in (string[])["", "secret=x"])
        {
            var answer = await RawConnection.Exchange(Server, RawConnection.Post("/api/v1/share?" + query, body));
            Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
            Assert.Contains("""{"message":"Incorrect payload format"}""", answer, StringComparison.Ordinal);
        }
        Assert.Equal(before, await Server.Rows());
    }

    [Theory]
    [InlineData(Sent.Form)]
    [InlineData(Sent.Json)]
    [InlineData("nonsense")]
    public async Task A_body_of_more_than_a_megabyte_is_refused_and_changes_nothing(string type)
    {
        var (key, metadata) = await Server.Share("survivor");
        var before = await Server.Rows();
        var (start, end) = type is Sent.Json ? ("{\"secret\":\"", "\"}") : ("secret=", "");
        var body = Encoding.ASCII.GetBytes(start + new string('x', 1 << 20) + end);
        foreach (var chunked in (bool[])[false, true])
        {
            await Answers.Refused(Send("share"), "Secret value exceeds the maximum size of 10000 bytes");
            await Answers.Malformed(Send($"secret/{key}"));
            await Answers.Malformed(Send($"private/{metadata}/burn"));

            async Task<HttpResponseMessage> Send(string route)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/api/v1/{route}", UriKind.Relative));
                request.Content = Body(type, body);
                request.Headers.TransferEncodingChunked = chunked;
                return await Server.Http.SendAsync(request);
            }
        }
        Assert.Equal(before, await Server.Rows());
        Assert.Equal("survivor", await Server.Reveal(key));
    }

    [Fact]
    public async Task A_very_long_key_is_unknown()
    {
        var key = new string('a', 50_000);
        await Answers.Unknown(Server.Post($"/api/v1/secret/{key}"), key);
        await Answers.Unknown(Server.Http.Get($"/api/v1/private/{key}"), key);
    }

    private static ByteArrayContent Body(string type, byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }
}

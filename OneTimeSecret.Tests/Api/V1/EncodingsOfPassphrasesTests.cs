using System.Text;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Encodings: revealing, burning and reading too. The framework's model binding reads nothing.</summary>
public sealed class EncodingsOfPassphrasesTests
{
    public static TheoryData<string> Encodings => ["form", "multipart", "json", "query"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_secret_is_revealed_with_a_passphrase_in_every_encoding(string encoding)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("value", ("passphrase", "right & true"));
        using var answer = await Send(server, $"/api/v1/secret/{key}", encoding);
        Assert.Equal("value", (string?)(await RunningServer.Json(answer))["value"]);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_secret_is_burned_with_a_passphrase_in_every_encoding(string encoding)
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value", ("passphrase", "right & true"));
        using var answer = await Send(server, $"/api/v1/private/{metadata}/burn", encoding);
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("burned", (string?)(await server.Receipt(metadata))["state"]);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_receipt_is_read_with_parameters_in_every_encoding(string encoding)
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value");
        using var answer = await Send(server, $"/api/v1/private/{metadata}", encoding);
        Assert.Equal("new", (string?)(await RunningServer.Json(answer))["state"]);
    }

    [Fact]
    public async Task A_key_is_read_from_the_route_only()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value");
        var unknown = new string('a', 31);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/private/{unknown}?key={metadata}", UriKind.Relative))
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("key", metadata)]),
        };
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(unknown, (string?)(await RunningServer.Json(answer))["secret_key"]);
    }

    private static async Task<HttpResponseMessage> Send(RunningServer server, string path, string encoding)
    {
        const string Passphrase = "right & true";
        HttpContent? content = encoding switch
        {
            "form" => new FormUrlEncodedContent([KeyValuePair.Create("passphrase", Passphrase)]),
            "multipart" => new MultipartFormDataContent { { new StringContent(Passphrase), "passphrase" } },
            "json" => new StringContent($$"""{"passphrase":"{{Passphrase}}"}""", Encoding.UTF8, "application/json"),
            _ => null,
        };
        var query = content is null ? "?passphrase=" + Uri.EscapeDataString(Passphrase) : "";
        using (content)
            return await server.Http.PostAsync(new Uri(path + query, UriKind.Relative), content);
    }
}

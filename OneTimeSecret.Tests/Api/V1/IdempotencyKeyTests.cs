using System.Text.Json.Nodes;
using OneTimeSecret.Core.Retries;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Lost answers: the header <c>Idempotency-Key</c> fetches an answer again.</summary>
public sealed class IdempotencyKeyTests
{
    private const string On = "--Secrets:RetrySeconds=60";

    [Fact]
    public async Task The_same_key_gets_the_same_answer_and_every_other_request_gets_an_unknown_secret()
    {
        await using var server = await RunningServer.Start(On);
        var (key, metadata) = await server.Share("the value");
        var mine = RetryProof.NewText();
        var first = await Answers.Ok(Reveal(server, key, mine));
        Assert.Equal("the value", (string?)first["value"]);
        Assert.True(JsonNode.DeepEquals(first, await Answers.Ok(Reveal(server, key, mine))));
        await Answers.Unknown(Reveal(server, key), key);
        await Answers.Unknown(Reveal(server, key, RetryProof.NewText()), key);
        var other = (key[0] == 'a' ? 'b' : 'a') + key[1..];
        await Answers.Unknown(Reveal(server, other, mine), other);
        Assert.Equal("received", (string?)(await server.Receipt(metadata))["state"]);
        server.Clock.Advance(TimeSpan.FromSeconds(60));
        await Answers.Unknown(Reveal(server, key, mine), key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("123456789012345678901")]
    [InlineData("1234567890123456789012 4567890")]
    public async Task A_malformed_key_is_refused_and_nothing_is_revealed(string malformed)
    {
        await using var server = await RunningServer.Start(On);
        var (key, metadata) = await server.Share("the value");
        Assert.Contains("22 to 200 visible ASCII", await Answers.Malformed(Reveal(server, key, malformed)), StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", await Answers.Malformed(Reveal(server, key, RetryProof.NewText(), RetryProof.NewText())),
            StringComparison.Ordinal);
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        Assert.Equal("the value", await server.Reveal(key));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("a-key-of-more-than-22-characters")]
    public async Task With_the_setting_off_the_header_is_ignored(string header)
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("the value");
        Assert.Equal("the value", (string?)(await Answers.Ok(Reveal(server, key, header)))["value"]);
        await Answers.Unknown(Reveal(server, key, header), key);
    }

    [Fact]
    public async Task Other_calls_ignore_the_header()
    {
        await using var server = await RunningServer.Start(On);
        var (_, metadata) = await server.Share("the value");
        await Answers.Ok(Post(server, "/api/v1/share?secret=x", "short"));
        await Answers.Ok(Post(server, $"/api/v1/private/{metadata}/burn", "short"));
    }

    [Fact]
    public async Task A_passphrase_is_needed_again()
    {
        await using var server = await RunningServer.Start(On);
        var (key, _) = await server.Share("the value", ("passphrase", "right"));
        var mine = RetryProof.NewText();
        await Answers.Ok(Post(server, $"/api/v1/secret/{key}?passphrase=right", mine));
        await Answers.Unknown(Post(server, $"/api/v1/secret/{key}?passphrase=wrong", mine), key);
        await Answers.Unknown(Reveal(server, key, mine), key);
        await Answers.Ok(Post(server, $"/api/v1/secret/{key}?passphrase=right", mine));
    }

    private static Task<HttpResponseMessage> Reveal(RunningServer server, string key, params string[] proofs) =>
        Post(server, $"/api/v1/secret/{key}", proofs);

    private static async Task<HttpResponseMessage> Post(RunningServer server, string path, params string[] proofs)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        foreach (var proof in proofs)
            request.Headers.TryAddWithoutValidation("Idempotency-Key", proof);
        return await server.Http.SendAsync(request);
    }
}

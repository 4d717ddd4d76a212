using System.Text.Json.Nodes;
using OneTimeSecret.Tests.Live;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Keys: keys that people or mail programs changed are read leniently, and echoed as they were sent.</summary>
public sealed class LenientKeysTests(SharedServer shared) : IClassFixture<SharedServer>
{
    /// <summary>Percent-encoded text around a key in an address. {0} stands for the key.</summary>
    public static TheoryData<string> Decorations() =>
    [
        "{0}.", "{0})", "%3C{0}%3E", "%20{0}%20%20", "{0}%0D%0A", "%C2%A0{0}%E2%80%8B", "%EF%BB%BF{0}", "{0}&utm_source=x", "{0}%3Fx",
        "{0}%2520", "{0}/", "{0}%2F", "{0}?utm_source=x", "({0}", "%E2%80%9E{0}%E2%80%9C", "{0}%ff",
    ];

    private RunningServer Server => shared.Server;

    [Theory]
    [MemberData(nameof(Decorations))]
    public async Task A_key_with_text_around_it_reveals_shows_and_burns_like_the_key_itself(string decoration)
    {
        var (key, metadata) = await Server.Share("the value");
        var receipt = await Answers.Ok(Server.Http.Get($"/api/v1/private/{In(decoration, metadata)}"));
        Assert.Equal((await Server.Receipt(metadata)).ToJsonString(), receipt.ToJsonString());
        var revealed = await Answers.Ok(Server.Post($"/api/v1/secret/{In(decoration, key.ToUpperInvariant())}"));
        Assert.Equal(("the value", key), ((string?)revealed["value"], (string?)revealed["secret_key"]));

        var (_, unread) = await Server.Share("unread");
        var path = In(decoration, unread);
        var burn = path.Split('?')[0].TrimEnd('/');
        Assert.Equal("burned", (string?)(await Answers.Ok(Server.Post($"/api/v1/receipt/{burn}/burn")))["state"]!["state"]);
    }

    [Fact]
    public async Task A_key_with_white_space_or_invisible_characters_inside_is_read_as_the_key()
    {
        var (key, metadata) = await Server.Share("the value");
        var (head, tail) = (metadata[..20], metadata[20..]);
        foreach (var seam in (string[])["%20", "%0D%0A%20", "%E2%80%8B", "%C2%AD"])
            await Answers.Ok(Server.Http.Get($"/api/v1/metadata/{head}{seam}{tail}"));
        Assert.Equal("the value", await Server.Reveal($"{key[..5]}%0A{key[5..]}"));
    }

    [Theory]
    [InlineData("%20", "Not Found", null)]
    [InlineData("%E2%80%8B%20%C2%A0", "Not Found", null)]
    [InlineData("%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20%20", "Unknown secret",
        "                               ")]
    [InlineData("aaaaaaaaaaaaaaaaaaa", "Not Found", null)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Unknown secret", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("%3CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%22%5C%E9%8D%B5%3E%0D%0A", "Unknown secret",
        "<Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\\鍵>\r\n")]
    [InlineData("%2520aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Unknown secret", "%20aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task An_unknown_key_is_echoed_as_it_was_sent_and_a_short_one_is_not_echoed(string key, string message, string? echo)
    {
        var body = new JsonObject { ["message"] = message };
        if (echo is not null)
            body["secret_key"] = echo;
        foreach (var path in (string[])[$"secret/{key}", $"private/{key}", $"metadata/{key}/burn"])
            await Answers.Is(Server.Post("/api/v1/" + path), 404, null, (JsonObject)body.DeepClone());
        await Answers.Is(Server.Http.Get($"/api/v1/receipt/{key}"), 404, null, body);
    }

    [Fact]
    public async Task The_event_stream_of_a_receipt_accepts_a_key_with_text_around_it()
    {
        var (_, metadata) = await Server.Share("the value");
        using var stream = await LiveStream.Open(Server.Http, $"%3C{metadata}%3E.");
        Assert.Equal("new", await stream.Next());
        using var blank = await LiveStream.Open(Server.Http, "%20");
        Assert.True(blank.Refused);
    }

    private static string In(string decoration, string key) => decoration.Replace("{0}", key, StringComparison.Ordinal);
}

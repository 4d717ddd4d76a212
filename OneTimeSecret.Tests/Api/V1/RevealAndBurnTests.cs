namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Answers and Failures: what reveal and burn answer, and that all their refusals look the same.</summary>
public sealed class RevealAndBurnTests : IAsyncLifetime
{
    private const string Passphrase = "correct horse";

    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_reveal_shows_value_key_and_origin()
    {
        var (key, _) = await _server.Share("<\"é\\\n€'&+>");
        using var answer = await _server.Post($"/api/v1/secret/{key}");
        Assert.Equal(
            $$"""{"value":"<\"é\\\n€'&+>","secret_key":"{{key}}","share_domain":"{{_server.Origin}}"}""",
            await answer.Content.ReadAsStringAsync());
        Answers.CarriesTheUsualHeaders(answer);
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}"), key);
    }

    [Theory]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("aaaaaaaaaaaaaaaaaaaa")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("ümlaut-üüüüüüüüüüüüüüüüüüüüüüüüü")]
    public async Task An_unknown_key_is_echoed_in_the_answer(string key)
    {
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}"), key);
        await Answers.Unknown(_server.Http.Get($"/api/v1/private/{key}"), key);
        await Answers.Unknown(_server.Post($"/api/v1/receipt/{key}/burn"), key);
    }

    [Theory]
    [InlineData("a")]
    [InlineData("aaaaaaaaaaaaaaaaaaa")]
    public async Task A_key_shorter_than_20_characters_is_not_found(string key)
    {
        await Answers.Refused(_server.Post($"/api/v1/secret/{key}"), "Not Found", null);
        await Answers.Refused(_server.Http.Get($"/api/v1/metadata/{key}"), "Not Found", null);
        await Answers.Refused(_server.Post($"/api/v1/private/{key}/burn"), "Not Found", null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Correct horse")]
    [InlineData(" correct horse")]
    public async Task A_wrong_or_missing_passphrase_looks_like_an_unknown_key_and_consumes_nothing(string? wrong)
    {
        var (key, metadata) = await _server.Share("x", ("passphrase", Passphrase));
        (string, string)[] fields = wrong is null ? [] : [("passphrase", wrong)];
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}", fields), key);
        await Answers.Unknown(_server.Post($"/api/v1/private/{metadata}/burn", fields), metadata);
        Assert.Equal("new", (string?)(await _server.Receipt(metadata))["state"]);
        Assert.Equal("x", await _server.Reveal(key, Passphrase));
    }

    [Fact]
    public async Task The_right_passphrase_burns_the_secret()
    {
        var (key, metadata) = await _server.Share("x", ("passphrase", Passphrase));
        await Answers.Ok(_server.Post($"/api/v1/private/{metadata}/burn", ("passphrase", Passphrase)));
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}", ("passphrase", Passphrase)), key);
        await Answers.Unknown(_server.Post($"/api/v1/private/{metadata}/burn", ("passphrase", Passphrase)), metadata);
    }

    [Fact]
    public async Task The_right_passphrase_of_a_locked_out_client_looks_like_an_unknown_key_until_the_lock_ends()
    {
        var (key, metadata) = await _server.Share("x", ("passphrase", Passphrase));
        for (var i = 0; i < 5; i++)
            await Answers.Unknown(_server.Post($"/api/v1/secret/{key}", ("passphrase", "wrong one")), key);
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}", ("passphrase", Passphrase)), key);
        _server.Clock.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromSeconds(1));
        await Answers.Unknown(_server.Post($"/api/v1/secret/{key}", ("passphrase", Passphrase)), key);
        Assert.Equal("new", (string?)(await _server.Receipt(metadata))["state"]);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("x", await _server.Reveal(key, Passphrase));
    }

    [Fact]
    public async Task A_received_secret_cannot_be_burned()
    {
        var (key, metadata) = await _server.Share("x");
        Assert.Equal("x", await _server.Reveal(key));
        await Answers.Unknown(_server.Post($"/api/v1/private/{metadata}/burn"), metadata);
        Assert.Equal("received", (string?)(await _server.Receipt(metadata))["state"]);
    }

    [Fact]
    public async Task A_secret_cannot_be_revealed_or_burned_from_the_second_of_its_expiry_on()
    {
        var (first, firstMetadata) = await _server.Share("x", ("ttl", "60"));
        var (second, secondMetadata) = await _server.Share("x", ("ttl", "60"));
        _server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, (int?)(await _server.Receipt(firstMetadata))["secret_ttl"]);
        Assert.Equal("x", await _server.Reveal(first));

        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Answers.Unknown(_server.Post($"/api/v1/secret/{second}"), second);
        await Answers.Unknown(_server.Post($"/api/v1/private/{secondMetadata}/burn"), secondMetadata);
        Assert.Equal("expired", (string?)(await _server.Receipt(secondMetadata))["state"]);
    }

    [Fact]
    public async Task A_receipt_expires_after_twice_the_lifetime_of_its_secret_and_is_never_extended()
    {
        var (key, metadata) = await _server.Share("x", ("ttl", "60"));
        _server.Clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal("x", await _server.Reveal(key));
        _server.Clock.Advance(TimeSpan.FromSeconds(69));
        Assert.Equal(1, (int?)(await _server.Receipt(metadata))["metadata_ttl"]);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Answers.Unknown(_server.Http.Get($"/api/v1/private/{metadata}"), metadata);
        await Answers.Unknown(_server.Post($"/api/v1/receipt/{metadata}"), metadata);
    }
}

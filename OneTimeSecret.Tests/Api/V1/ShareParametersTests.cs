using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Parameters, row by row: secret, passphrase, ttl, share_domain.</summary>
public sealed class ShareParametersTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string Nothing = "You did not provide anything to share";

    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_secret_is_required()
    {
        var before = await Server.Rows();
        await Answers.Refused(Server.Send("POST", "/api/v1/share"), Nothing);
        await Answers.Refused(Server.Post("/api/v1/share", ("secret", "")), Nothing);
        await Answers.Refused(Server.Post("/api/v1/share", ("ttl", "60")), Nothing);
        await Answers.Refused(Json("""{"secret":null}"""), Nothing);
        await Answers.Refused(Server.Post("/api/v1/share?secret=x", ("secret", "")), Nothing);
        Assert.Equal(before, await Server.Rows());
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("\r\n\t ")]
    [InlineData("  both ends \n")]
    [InlineData("\0")]
    public async Task A_secret_is_not_trimmed(string secret) =>
        Assert.Equal(secret, await Server.Reveal((await Server.Share(secret)).SecretKey));

    [Theory]
    [InlineData("12345", "12345")]
    [InlineData("1.50", "1.50")]
    [InlineData("true", "true")]
    [InlineData("\"a\\u0000b\"", "a\0b")]
    public async Task JSON_scalars_are_read_as_their_literal_text(string json, string secret)
    {
        var receipt = await Answers.Ok(Json($$"""{"secret":{{json}}}"""));
        Assert.Equal(secret, await Server.Reveal((string)receipt["secret_key"]!));
    }

    [Fact]
    public async Task The_body_overrides_the_query_the_first_value_counts_and_unknown_parameters_are_ignored()
    {
        var receipt = await Answers.Ok(Server.Post(
            "/api/v1/share?secret=query&ttl=120&other=1", ("secret", "body"), ("secret", "second"), ("nonsense", "x"), ("x[y][z]", "x")));
        Assert.Equal(120, (int)receipt["ttl"]!);
        Assert.Equal("body", await Server.Reveal((string)receipt["secret_key"]!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("nonsense")]
    [InlineData("application/octet-stream")]
    public async Task A_body_with_a_missing_or_unknown_content_type_is_recognised_by_its_beginning(string? type)
    {
        foreach (var body in (string[])["secret=odd", """{"secret":"odd"}"""])
        {
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (type is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", type);
            var receipt = await Answers.Ok(Server.Send("POST", "/api/v1/share", content));
            Assert.Equal("odd", await Server.Reveal((string)receipt["secret_key"]!));
        }
    }

    [Theory]
    [InlineData("abc", "Passphrase must be at least 4 characters long")]
    [InlineData(" \t ", "Passphrase must be at least 4 characters long")]
    [InlineData("🔑🔑🔑", "Passphrase must be at least 4 characters long")]
    [InlineData("129", "Passphrase must be no more than 128 characters long")]
    public async Task A_passphrase_that_is_too_short_or_too_long_is_refused(string passphrase, string message)
    {
        var before = await Server.Rows();
        if (passphrase is "129")
            passphrase = string.Concat(Enumerable.Repeat("🔑", 129));
        await Answers.Refused(Server.Post("/api/v1/share", ("secret", "x"), ("passphrase", passphrase)), message);
        await Answers.Refused(Server.Post("/api/v1/generate", ("passphrase", passphrase)), message);
        Assert.Equal(before, await Server.Rows());
    }

    [Fact]
    public async Task Passphrase_lengths_count_characters_and_passphrases_are_not_trimmed()
    {
        foreach (var (passphrase, other) in ((string, string)[])[
            ("🔑🔑🔑🔑", "🔑🔑🔑"), ("    ", "   "), (" blanks ", "blanks"),
            (Keys(128), Keys(127))])
        {
            var (key, _) = await Server.Share("x", ("passphrase", passphrase));
            Assert.Null(await Server.Reveal(key, other));
            Assert.Equal("x", await Server.Reveal(key, passphrase));
        }

        static string Keys(int count) => string.Concat(Enumerable.Repeat("🔑", count));
    }

    [Fact]
    public async Task An_empty_passphrase_counts_as_no_passphrase()
    {
        var receipt = await Answers.Ok(Server.Post("/api/v1/share", ("secret", "x"), ("passphrase", "")));
        Assert.False((bool)receipt["passphrase_required"]!);
        Assert.Equal("x", await Server.Reveal((string)receipt["secret_key"]!, "ignored where none is set"));
    }

    [Theory]
    [InlineData("", 604_800)]
    [InlineData("  ", 604_800)]
    [InlineData("3600", 3600)]
    [InlineData(" 3600 ", 3600)]
    [InlineData("+3600", 3600)]
    [InlineData("3600s", 3600)]
    [InlineData("3600.9", 3600)]
    [InlineData("61", 61)]
    [InlineData("60", 60)]
    [InlineData("59", 60)]
    [InlineData("0", 60)]
    [InlineData("-3600", 60)]
    [InlineData("soon", 60)]
    [InlineData("-", 60)]
    [InlineData("604801", 604_800)]
    [InlineData("2592000", 604_800)]
    [InlineData("99999999999999999999999999", 604_800)]
    public async Task A_lifetime_is_clamped_and_never_an_error(string ttl, int granted)
    {
        Assert.Equal(granted, await Ttl(Server.Post("/api/v1/share", ("secret", "x"), ("ttl", ttl))));
        Assert.Equal(granted, await Ttl(Server.Post("/api/v1/generate", ("ttl", ttl))));
        Assert.Equal(
            granted, await Ttl(Server.Http.PostAsJsonAsync(new Uri("/api/v1/share", UriKind.Relative), new { secret = "x", ttl })));
    }

    [Theory]
    [InlineData("null", 604_800)]
    [InlineData("3600", 3600)]
    [InlineData("3600.9", 3600)]
    [InlineData("-1", 60)]
    [InlineData("1e9", 60)]
    [InlineData("true", 60)]
    public async Task A_lifetime_in_JSON_is_read_as_its_literal_text(string ttl, int granted) =>
        Assert.Equal(granted, await Ttl(Json($$"""{"secret":"x","ttl":{{ttl}}}""")));

    [Fact]
    public async Task The_default_lifetime_is_a_week_and_accounts_may_have_up_to_thirty_days()
    {
        using var account = await Server.Account("ttl@example.com");
        Assert.Equal(604_800, await Ttl(Server.Post("/api/v1/share", ("secret", "x"))));
        Assert.Equal(604_800, await Ttl(RunningServer.Post(account, "/api/v1/share", ("secret", "x"))));
        Assert.Equal(2_592_000, await Ttl(RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("ttl", "2592000"))));
        Assert.Equal(2_592_000, await Ttl(RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("ttl", "2592001"))));
    }

    [Fact]
    public async Task Lifetimes_and_sizes_are_configurable()
    {
        await using var server = await RunningServer.Start(
            "--Secrets:MaxTtlAnonymous=100", "--Secrets:MinTtl=10", "--Secrets:DefaultTtl=20",
            "--Secrets:MaxBytes=3", "--Passphrases:MinLength=2");
        Assert.Equal(20, await Ttl(server.Post("/api/v1/share", ("secret", "x"))));
        Assert.Equal(10, await Ttl(server.Post("/api/v1/share", ("secret", "x"), ("ttl", "1"))));
        Assert.Equal(100, await Ttl(server.Post("/api/v1/share", ("secret", "x"), ("ttl", "101"))));
        await Answers.Refused(server.Post("/api/v1/share", ("secret", "four")), "Secret value exceeds the maximum size of 3 bytes");
        await Answers.Refused(
            server.Post("/api/v1/share", ("secret", "x"), ("passphrase", "a")), "Passphrase must be at least 2 characters long");
    }

    [Fact]
    public async Task A_share_domain_is_kept_only_if_configured()
    {
        await using var server = await RunningServer.Start("--Site:ShareDomains=share.example.com, second.example.com");
        Assert.Equal("share.example.com", await Domain("share.example.com"));
        Assert.Equal("second.example.com", await Domain("second.example.com"));
        Assert.Equal("", await Domain("evil.example.com"));
        Assert.Equal("", await Domain(""));

        async Task<string> Domain(string name) =>
            (string)(await Answers.Ok(server.Post("/api/v1/share", ("secret", "x"), ("share_domain", name))))["share_domain"]!;
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("passphrase")]
    [InlineData("ttl")]
    [InlineData("share_domain")]
    [InlineData("length")]
    public async Task A_list_or_an_object_in_place_of_a_single_value_is_refused(string name)
    {
        var before = await Server.Rows();
        foreach (var bad in (string[])["{}", "[]", "[\"x\"]", "{\"a\":\"b\"}"])
        {
            var body = new JsonObject { ["secret"] = "x", [name] = JsonNode.Parse(bad) };
            await Answers.Malformed(Json(body.ToJsonString()));
        }
        await Answers.Malformed(Server.Post("/api/v1/share", ("secret", "x"), ($"{name}[]", "x")));
        await Answers.Malformed(Server.Post("/api/v1/share", ("secret", "x"), ($"{name}[a]", "x")));
        Assert.Equal(before, await Server.Rows());
    }

    private Task<HttpResponseMessage> Json(string text) =>
        Server.Send("POST", "/api/v1/share", new StringContent(text, Encoding.UTF8, "application/json"));

    private static async Task<int> Ttl(Task<HttpResponseMessage> sending) => (int)(await Answers.Ok(sending))["ttl"]!;
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Vault;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>
/// docs/contract.md, Receipt object: the receipt in each state. It is compared as text, so that types, missing fields, nulls and the
/// order of the fields are checked.
/// </summary>
public sealed class ReceiptObjectTests : IAsyncLifetime
{
    private const int Ttl = 3600;

    private RunningServer _server = null!;
    private long _created;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start("--Site:ShareDomains=share.example.com");
        _created = Now;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private long Now => _server.Clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task A_receipt_in_state_new_has_the_fields_of_the_contract()
    {
        var (s, m) = await Share();
        Assert.Equal(New(s, m, left: Ttl), await Read(m));
        _server.Clock.Advance(TimeSpan.FromSeconds(600));
        Assert.Equal(New(s, m, left: Ttl - 600), await Read(m));
    }

    [Fact]
    public async Task The_answer_of_share_is_the_receipt_in_state_new()
    {
        var answer = await Answers.Ok(_server.Post("/api/v1/share", ("secret", "x"), ("ttl", "3600")));
        Assert.Equal(answer.ToJsonString(), New((string)answer["secret_key"]!, (string)answer["metadata_key"]!, left: Ttl));
    }

    [Fact]
    public async Task A_new_receipt_shows_its_account_passphrase_flag_and_share_domain()
    {
        using var account = await _server.Account("owner@example.com");
        var answer = await Answers.Ok(RunningServer.Post(account, "/api/v1/share",
            ("secret", "x"), ("ttl", "3600"), ("passphrase", "long enough"), ("share_domain", "share.example.com")));
        var expected = New((string)answer["secret_key"]!, (string)answer["metadata_key"]!, left: Ttl)
            .Replace("\"anon\"", "\"owner@example.com\"", Ordinal)
            .Replace("\"share_domain\":\"\"", "\"share_domain\":\"share.example.com\"", Ordinal)
            .Replace("\"passphrase_required\":false", "\"passphrase_required\":true", Ordinal)
            .Replace("\"has_passphrase\":false", "\"has_passphrase\":true", Ordinal);
        Assert.Equal(expected, answer.ToJsonString());
        Assert.Equal(expected, await Read((string)answer["metadata_key"]!));
    }

    [Fact]
    public async Task A_generated_password_is_only_in_the_answer_of_generate()
    {
        var answer = await Answers.Ok(_server.Post("/api/v1/generate", ("ttl", "3600")));
        var (s, m, v) = ((string)answer["secret_key"]!, (string)answer["metadata_key"]!, (string)answer["value"]!);
        var expected = New(s, m, left: Ttl).Replace("\"passphrase_required\"", $"\"value\":\"{v}\",\"passphrase_required\"", Ordinal);
        Assert.Equal($"{expected[..^1]},\"secret_value\":\"{v}\"}}", answer.ToJsonString());
        Assert.Equal(New(s, m, left: Ttl), await Read(m));
    }

    [Fact]
    public async Task A_receipt_in_state_received_has_the_fields_of_the_contract()
    {
        var (s, m) = await Share();
        _server.Clock.Advance(TimeSpan.FromSeconds(100));
        var received = Now;
        Assert.Equal("x", await _server.Reveal(s));
        _server.Clock.Advance(TimeSpan.FromSeconds(100));

        var (left, url) = ((2 * Ttl) - 200, $"{_server.Origin}/receipt/{m}");
        Assert.Equal(
            $$"""
            {"custid":"anon","metadata_key":"{{m}}","ttl":3600,"metadata_ttl":{{left}},"metadata_url":"{{url}}","state":"received",
            "updated":{{received}},"created":{{_created}},"received":{{received}},"recipient":[],"share_domain":"",
            "identifier":"{{m}}","recipients":[],"receipt_ttl":{{left}},"receipt_url":"{{url}}"}
            """.ReplaceLineEndings(""),
            await Read(m));
    }

    [Fact]
    public async Task A_receipt_in_state_burned_has_the_fields_of_the_contract()
    {
        var (s, m) = await Share();
        _server.Clock.Advance(TimeSpan.FromSeconds(100));
        var burned = Now;
        var answer = await Answers.Ok(_server.Post($"/api/v1/private/{m}/burn"));
        Assert.Equal($$"""{"state":{{Gone(m, "burned", burned, 7100)}},"secret_shortkey":"{{s[..8]}}"}""", answer.ToJsonString());
        _server.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(Gone(m, "burned", burned, 7000), await Read(m));
    }

    [Fact]
    public async Task A_receipt_in_state_expired_has_the_expiry_of_its_secret_as_updated()
    {
        var (_, m) = await Share();
        _server.Clock.Advance(TimeSpan.FromSeconds(Ttl + 50));
        Assert.Equal(Gone(m, "expired", _created + Ttl, Ttl - 50), await Read(m));
        await _server.Get<OneTimeSecret.Core.Secrets.PurgeExpired>().Run(CancellationToken.None);
        Assert.Equal(Gone(m, "expired", _created + Ttl, Ttl - 50), await Read(m));
    }

    [Fact]
    public async Task A_receipt_in_state_orphaned_has_the_fields_of_the_contract_and_cannot_be_burned()
    {
        var (_, m) = await Share();
        await using (var db = _server.Database())
            await db.Secrets.ExecuteDeleteAsync();
        Assert.Equal(Gone(m, "orphaned", _created, 2 * Ttl), await Read(m));
        await Answers.Unknown(_server.Post($"/api/v1/private/{m}/burn"), m);
    }

    [Fact]
    public async Task Receipts_in_recent_show_nothing_of_the_secret()
    {
        using var account = await _server.Account("owner@example.com");
        var answer = await Answers.Ok(
            RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("ttl", "3600"), ("passphrase", "long enough")));
        var (s, m) = ((string)answer["secret_key"]!, (string)answer["metadata_key"]!);
        Assert.Equal($"[{Listed(m, "new", _created, "")}]", await Recent(account));
        Assert.Equal("x", await _server.Reveal(s, "long enough"));
        Assert.Equal($"[{Listed(m, "received", _created, $"\"received\":{_created},")}]", await Recent(account));
    }

    [Fact]
    public async Task Keys_are_31_characters_of_base36_and_independent()
    {
        var (s, m) = await Share();
        Assert.Matches("^[0-9a-z]{31}$", s);
        Assert.Matches("^[0-9a-z]{31}$", m);
        Assert.NotEqual(s, m, StringComparer.Ordinal);
        await Answers.Unknown(_server.Post($"/api/v1/secret/{m}"), m);
        await Answers.Unknown(_server.Http.Get($"/api/v1/private/{s}"), s);
    }

    private Task<(string SecretKey, string MetadataKey)> Share() => _server.Share("x", ("ttl", "3600"));

    private async Task<string> Read(string key) => await (await _server.Http.Get($"/api/v1/private/{key}")).Content.ReadAsStringAsync();

    private static async Task<string> Recent(HttpClient account) =>
        await (await account.Get("/api/v1/private/recent")).Content.ReadAsStringAsync();

    private string New(string s, string m, int left)
    {
        var url = $"{_server.Origin}/receipt/{m}";
        return
            $$"""
            {"custid":"anon","metadata_key":"{{m}}","secret_key":"{{s}}","ttl":3600,"metadata_ttl":{{left + Ttl}},"secret_ttl":{{left}},
            "metadata_url":"{{url}}","state":"new","updated":{{_created}},"created":{{_created}},"recipient":[],"share_domain":"",
            "passphrase_required":false,"identifier":"{{m}}","secret_identifier":"{{s}}","has_passphrase":false,"recipients":[],
            "receipt_ttl":{{left + Ttl}},"receipt_url":"{{url}}"}
            """.ReplaceLineEndings("");
    }

    private string Gone(string m, string state, long updated, int left)
    {
        var url = $"{_server.Origin}/receipt/{m}";
        return
            $$"""
            {"custid":"anon","metadata_key":"{{m}}","secret_key":"","ttl":3600,"metadata_ttl":{{left}},"secret_ttl":null,
            "metadata_url":"{{url}}","state":"{{state}}","updated":{{updated}},"created":{{_created}},"recipient":[],"share_domain":"",
            "identifier":"{{m}}","secret_identifier":"","recipients":[],"receipt_ttl":{{left}},"receipt_url":"{{url}}"}
            """.ReplaceLineEndings("");
    }

    private string Listed(string m, string state, long updated, string received)
    {
        var url = $"{_server.Origin}/receipt/{m}";
        return
            $$"""
            {"custid":"owner@example.com","metadata_key":"{{m}}","secret_key":null,"ttl":3600,"metadata_ttl":7200,"secret_ttl":null,
            "metadata_url":"{{url}}","state":"{{state}}","updated":{{updated}},"created":{{_created}},{{received}}"recipient":[],
            "share_domain":"","identifier":"{{m}}","recipients":[],"receipt_ttl":7200,"receipt_url":"{{url}}"}
            """.ReplaceLineEndings("");
    }
}

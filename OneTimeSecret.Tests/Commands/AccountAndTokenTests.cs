using System.Net;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>The verbs for accounts and tokens, while a server runs on the same folder.</summary>
public sealed class AccountAndTokenTests : IAsyncLifetime
{
    private const string Email = "ops@example.com";

    private readonly TemporaryFolder _folder = new();

    public async ValueTask InitializeAsync() => await _folder.Make();

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_token_works_at_once_is_listed_without_its_text_and_stops_working_when_revoked()
    {
        await using var server = await _folder.Serve();
        Assert.Equal(Email, (await _folder.RunBuilt("account", "add", "Ops@Example.com")).Result);
        var token = (await _folder.RunBuilt("token", "add", Email, "deploy")).Result;
        Assert.Matches("^ots_[0-9A-Za-z]{40}$", token);
        Assert.Equal(HttpStatusCode.OK, await AuthCheck(server.Http, token));

        var listed = (await _folder.Run("token", "list", Email)).Result;
        Assert.StartsWith("deploy\tall\tmade ", listed, Ordinal);
        Assert.EndsWith("\tends never", listed, Ordinal);
        Assert.DoesNotContain("used never", listed, Ordinal);
        Assert.DoesNotContain(token[4..], listed, Ordinal);

        var revoked = await _folder.Run("token", "revoke", Email, "deploy");
        Assert.Equal((0, ""), (revoked.Code, revoked.Output));
        Assert.Equal(HttpStatusCode.NotFound, await AuthCheck(server.Http, token));
    }

    [Fact]
    public async Task A_token_has_the_requested_scopes_and_expiry_and_invalid_requests_are_refused()
    {
        await _folder.Run("account", "add", Email);
        var added = await _folder.Run("token", "add", Email, "few", "--scope", "create", "--scope", "Reveal", "--days", "3");
        Assert.StartsWith("ots_", added.Result, Ordinal);
        var listed = (await _folder.Run("token", "list", Email)).Result;
        Assert.StartsWith("few\tcreate, reveal\t", listed, Ordinal);
        Assert.Matches(@"ends \d{4}-\d\d-\d\d$", listed);

        Assert.Contains("'7' is not a scope", (await _folder.Run("token", "add", Email, "x", "--scope", "7")).Refusal, Ordinal);
        Assert.Contains("--days must be between", (await _folder.Run("token", "add", Email, "x", "--days", "0")).Refusal, Ordinal);
        Assert.Contains("already", (await _folder.Run("token", "add", Email, "few")).Refusal, Ordinal);
        Assert.Contains("no token named 'none'", (await _folder.Run("token", "revoke", Email, "none")).Refusal, Ordinal);
        Assert.Contains("There is no account b@example.com", (await _folder.Run("token", "add", "b@example.com", "x")).Refusal, Ordinal);
    }

    [Theory]
    [InlineData("o'brien+ots@mail.example.co.uk")]
    [InlineData("x/y=z@example.com")]
    public async Task Any_valid_address_can_have_one_account(string email)
    {
        Assert.Equal(email, (await _folder.Run("account", "add", email)).Result);
        Assert.Contains($"`account link {email}`", (await _folder.Run("account", "add", email.ToUpperInvariant())).Refusal, Ordinal);
    }

    [Fact]
    public async Task An_account_with_an_invalid_address_is_refused() =>
        Assert.Contains("'nonsense' is not an e-mail address", (await _folder.Run("account", "add", "nonsense")).Refusal, Ordinal);

    [Fact]
    public async Task A_password_is_read_from_standard_input_and_a_weak_one_is_refused()
    {
        string[] add = ["account", "add", Email, "--password-stdin", "--data", _folder.Data];
        Assert.Contains("There was no password", (await BuiltProgram.Run(add, "")).Refusal, Ordinal);
        Assert.Contains("at least 10 characters", (await BuiltProgram.Run(add, "short\n")).Refusal, Ordinal);
        var added = await BuiltProgram.Run(add, "long enough for all\n");
        Assert.Equal(Email, added.Result);
        Assert.DoesNotContain("No password yet", added.Error, Ordinal);
    }

    [Fact]
    public async Task An_account_without_a_password_gets_a_link_to_set_one()
    {
        Assert.Contains("account link", (await _folder.Run("account", "add", Email)).Error, Ordinal);
        var link = (await _folder.Run("account", "link", Email, "--Site:PublicUrl=https://secrets.example.com/")).Result;
        Assert.StartsWith("https://secrets.example.com/reset?email=ops%40example.com&token=", link, Ordinal);
    }

    [Fact]
    public async Task Granting_the_administrator_role_revokes_earlier_tokens()
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null);
        await _folder.Run("account", "add", Email);
        var token = (await _folder.Run("token", "add", Email, "before")).Result;
        Assert.Equal(HttpStatusCode.OK, await AuthCheck(server.Http, token));
        var granted = await _folder.Run("admin", "grant", Email);
        Assert.Equal(Email, granted.Result);
        Assert.Contains("1 API token(s)", granted.Error, Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await AuthCheck(server.Http, token));
        Assert.Contains("There is no account", (await _folder.Run("admin", "grant", "nobody@example.com")).Refusal, Ordinal);
    }

    private static async Task<HttpStatusCode> AuthCheck(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/authcheck", UriKind.Relative));
        request.Headers.Authorization = RunningServer.Basic(Email, token);
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}

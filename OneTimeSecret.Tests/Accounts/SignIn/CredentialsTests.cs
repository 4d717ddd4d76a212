using System.Text;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Receipts;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Accounts.SignIn;

/// <summary>Wrong credentials always get the same refusal, and are never treated as anonymous (docs/contract.md, Credentials).</summary>
public sealed class CredentialsTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private const string SomeKey = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly (string Method, string Path)[] Routes =
    [
        ("GET", "status"), ("GET", "authcheck"), ("POST", "share"), ("POST", "create"), ("POST", "generate"), ("POST", "secret/" + SomeKey),
        ("GET", "private/" + SomeKey), ("POST", "receipt/" + SomeKey), ("POST", "metadata/" + SomeKey + "/burn"), ("GET", "private/recent"),
    ];

    private RunningServer Server => shared.Server;

    public static TheoryData<string> Wrong() =>
    [
        "Bearer ots_abcdefgh", "Digest username=\"a\"", "Basic", "Basic ", "Basic !!!!", "Basic YTpi=", "Basic YTpi YTpi", "nonsense",
        Basic(""), Basic("user"), Basic(":"), Basic(":token"), Basic("known@example.com:"), Basic("unknown@example.com:ots_token"),
        Basic("known@example.com:wrong"), Basic("known@example.com:ots_" + new string('A', 40)), Basic("\0:\0"),
        Basic("\uFFFE@x.com:token"),
        Basic(new string('a', 5000) + "@example.com:token"), "Basic " + Convert.ToBase64String([0xFF, 0x3A, 0xFF]),
    ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Wrong_authorization_header_is_refused_on_every_route(string header)
    {
        await KnowTheAccount();
        var before = await Server.Rows();
        foreach (var (method, path) in Routes)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/api/v1/" + path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Authorization", header);
            if (method is "POST")
                request.Content = new FormUrlEncodedContent([new("secret", "x")]);
            await Answers.NotAuthorized(Server.Http.SendAsync(request));
        }
        Assert.Equal(before, await Server.Rows());
    }

    [Theory]
    [InlineData("Authorization:\r\n")]
    [InlineData("Authorization: \r\n")]
    [InlineData("Authorization: Basic a25vd246eA==\r\nAuthorization: Basic a25vd246eA==\r\n")]
    public async Task Empty_or_repeated_authorization_header_is_refused(string headers)
    {
        var answer = await RawConnection.Exchange(Server, RawConnection.Post("/api/v1/share", "secret=x", headers));
        Assert.StartsWith("HTTP/1.1 404", answer, Ordinal);
        Assert.Contains("""{"message":"Not authorized"}""", answer, Ordinal);
    }

    [Fact]
    public async Task Valid_authorization_header_that_is_sent_twice_is_refused()
    {
        using var account = await Server.Account("twice@example.com");
        var line = $"Authorization: {account.DefaultRequestHeaders.Authorization}\r\n";
        Assert.Contains("\"custid\":\"twice@example.com\"", await Sent(line), Ordinal);
        Assert.Contains("Not authorized", await Sent(line + line), Ordinal);

        Task<string> Sent(string headers) => RawConnection.Exchange(Server, RawConnection.Post("/api/v1/share", "secret=x", headers));
    }

    [Fact]
    public async Task Scheme_and_address_are_case_insensitive()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("Case@Example.com");
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(account.DefaultRequestHeaders.Authorization!.Parameter!));
        account.DefaultRequestHeaders.Remove("Authorization");
        var header = Basic(pair.Replace("Case@", "cASE@", Ordinal)).Replace("Basic", "bAsIc", Ordinal);
        account.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        var receipt = await Answers.Ok(RunningServer.Post(account, "/api/v1/share", ("secret", "x")));
        Assert.Equal("case@example.com", (string?)receipt["custid"]);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        using var account = await Server.Account("revoked@example.com");
        await Answers.Ok(account.Get("/api/v1/authcheck"));
        await Server.Get<RevokeToken>().Run("revoked@example.com", "test", CancellationToken.None);
        await Answers.NotAuthorized(account.Get("/api/v1/authcheck"));
        await Answers.NotAuthorized(account.Get("/api/v1/status"));
    }

    [Fact]
    public async Task Token_works_until_it_expires()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("ends@example.com");
        var token = await server.Get<AddToken>().Run(
            "ends@example.com", "short", TokenScopes.All, TimeSpan.FromDays(1), CancellationToken.None);
        account.DefaultRequestHeaders.Authorization = RunningServer.Basic("ends@example.com", token);

        server.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        await Answers.Ok(account.Get("/api/v1/authcheck"));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        await Answers.NotAuthorized(account.Get("/api/v1/authcheck"));
    }

    [Fact]
    public async Task Token_is_refused_with_the_address_of_another_account()
    {
        using var mine = await Server.Account("mine@example.com");
        using var other = await Server.Account("other@example.com");
        var token = Encoding.UTF8.GetString(Convert.FromBase64String(mine.DefaultRequestHeaders.Authorization!.Parameter!)).Split(':')[1];
        other.DefaultRequestHeaders.Authorization = RunningServer.Basic("other@example.com", token);
        await Answers.NotAuthorized(other.Get("/api/v1/authcheck"));
    }

    [Theory]
    [InlineData(TokenScopes.Create, "POST share, POST create, POST generate")]
    [InlineData(TokenScopes.Reveal, "POST secret/{key}")]
    [InlineData(TokenScopes.Receipts, "GET private/recent, GET private/{key}, POST receipt/{key}, POST metadata/{key}/burn")]
    public async Task A_token_without_the_scope_is_refused(TokenScopes scope, string routes)
    {
        using var without = await Server.Account($"no-{scope}@example.com", TokenScopes.All & ~scope);
        using var with = await Server.Account($"only-{scope}@example.com", scope);
        foreach (var route in routes.Replace("{key}", SomeKey, Ordinal).Split(", ").Select(route => route.Split(' ')))
        {
            await Answers.NotAuthorized(Send(without), 403);
            using var allowed = await Send(with);
            Assert.DoesNotContain("Not authorized", await allowed.Content.ReadAsStringAsync(), Ordinal);

            Task<HttpResponseMessage> Send(HttpClient http) => http.SendAsync(
                new HttpRequestMessage(new HttpMethod(route[0]), new Uri("/api/v1/" + route[1], UriKind.Relative)));
        }
        await Answers.Ok(without.Get("/api/v1/authcheck"));
    }

    [Fact]
    public async Task Cookies_are_ignored()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/authcheck", UriKind.Relative));
        request.Headers.Add("Cookie", ".AspNetCore.Identity.Application=CfDJ8abc; __Host-session=abc");
        await Answers.NotAuthorized(Server.Http.SendAsync(request));
    }

    [Fact]
    public async Task Every_wrong_header_costs_the_same_number_of_database_queries()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach, "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Debug");
        (await server.Account("known@example.com")).Dispose();
        var costs = new HashSet<int>();
        foreach (var header in Wrong().Select(row => row.Data))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/status", UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Authorization", header);
            log.Clear();
            (await server.Http.SendAsync(request)).Dispose();
            costs.Add(log.Lines.Count(line => line.Contains("Executed DbCommand", Ordinal)));
        }
        Assert.Equal(2, Assert.Single(costs));
    }

    private static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private async Task KnowTheAccount()
    {
        await using var db = Server.Database();
        if (!db.Users.Any(account => account.Email == "known@example.com"))
            (await Server.Account("known@example.com")).Dispose();
    }
}

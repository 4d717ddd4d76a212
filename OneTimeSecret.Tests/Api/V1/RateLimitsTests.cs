using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Tests.Audit;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>docs/contract.md, Limits: how often clients may create and reveal, over HTTP and with the injected clock.</summary>
public sealed class RateLimitsTests
{
    private const string Unknown = "/api/v1/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public async Task Anonymous_creates_are_limited_and_the_answer_says_how_long_to_wait()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=3");
        await Answers.Ok(server.Post("/api/v1/share", ("secret", "x")));
        await Answers.Ok(server.Post("/api/v1/create", ("secret", "x")));
        await Answers.Ok(server.Post("/api/v1/generate"));
        var before = await server.Rows();

        var wait = await Answers.RateLimited(server.Post("/api/v1/share", ("secret", "x")));
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));
        Assert.Equal(before, await server.Rows());
        await Answers.Ok(server.Http.Get("/api/v1/status"));
        await Answers.Unknown(server.Post(Unknown), Unknown[^31..]);

        server.Clock.Advance(wait - TimeSpan.FromSeconds(2));
        await Answers.RateLimited(server.Post("/api/v1/generate"));
        server.Clock.Advance(TimeSpan.FromSeconds(2));
        await Answers.Ok(server.Post("/api/v1/generate"));
    }

    [Fact]
    public async Task Reveals_have_a_limit_of_their_own_that_does_not_stop_receipts_and_burns()
    {
        await using var server = await RunningServer.Start("--Limits:Reveals=2");
        var (key, metadata) = await server.Share("x");
        await Answers.Unknown(server.Post(Unknown), Unknown[^31..]);
        await Answers.Unknown(server.Post(Unknown), Unknown[^31..]);
        await Answers.RateLimited(server.Post($"/api/v1/secret/{key}"));
        Assert.Equal("new", (string?)(await server.Receipt(metadata))["state"]);
        await Answers.Ok(server.Post($"/api/v1/private/{metadata}/burn"));
    }

    [Fact]
    public async Task An_account_may_create_ten_times_as_much_whatever_its_client_address_has_done()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=2");
        using var account = await server.Account("busy@example.com");
        await Answers.Ok(server.Post("/api/v1/generate"));
        await Answers.Ok(server.Post("/api/v1/generate"));
        await Answers.RateLimited(server.Post("/api/v1/generate"));
        for (var i = 0; i < 20; i++)
            await Answers.Ok(RunningServer.Post(account, "/api/v1/generate"));
        await Answers.RateLimited(RunningServer.Post(account, "/api/v1/generate"));

        var second = await server.Get<AddToken>().Run("busy@example.com", "second", TokenScopes.All, null, CancellationToken.None);
        account.DefaultRequestHeaders.Authorization = RunningServer.Basic("busy@example.com", second);
        await Answers.RateLimited(RunningServer.Post(account, "/api/v1/generate"));
    }

    [Fact]
    public async Task Passphrases_stay_limited_when_request_limits_are_switched_off()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false", "--Limits:Creates=1", "--Limits:Reveals=1");
        await Answers.Ok(server.Post("/api/v1/generate"));
        var (key, _) = await server.Share("x", ("passphrase", "right one"));
        for (var i = 0; i < 5; i++)
            await Answers.Unknown(server.Post($"/api/v1/secret/{key}", ("passphrase", "wrong one")), key);
        await Answers.Unknown(server.Post($"/api/v1/secret/{key}", ("passphrase", "right one")), key);
    }

    [Fact]
    public async Task Many_accounts_of_one_client_share_a_limit_unless_they_have_a_limit_of_their_own()
    {
        await using var server = await RunningServer.Start(
            "--Limits:Creates=1", "--Limits:AccountFactor=2", "--Limits:AccountsPerClient=2");
        using var one = await server.Account("one@example.com");
        using var two = await server.Account("two@example.com");
        using var three = await server.Account("three@example.com");
        foreach (var account in new[] { one, one, two, two })
            await Answers.Ok(RunningServer.Post(account, "/api/v1/generate"));
        await Answers.RateLimited(RunningServer.Post(three, "/api/v1/generate"));
        await Answers.Ok(server.Post("/api/v1/generate")); // callers without an account have a limit of their own

        await using (var db = server.Database())
            await db.Users.Where(user => user.Email == "three@example.com")
                .ExecuteUpdateAsync(set => set.SetProperty(user => user.RequestLimit, 3));
        await Answers.Ok(RunningServer.Post(three, "/api/v1/generate"));
    }

    [Fact]
    public async Task Refused_credentials_are_limited_for_each_client_and_valid_ones_always_pass()
    {
        await using var server = await RunningServer.Start("--Limits:SignIns=3", "--Site:TrustedProxies=127.0.0.1");
        using var right = await server.Account("right@example.com");
        using var wrong = new HttpClient { BaseAddress = server.Http.BaseAddress };
        wrong.DefaultRequestHeaders.Authorization = RunningServer.Basic("right@example.com", "wrong");
        var left = await server.Left(async () =>
        {
            for (var i = 0; i < 3; i++)
                await Answers.NotAuthorized(wrong.Get("/api/v1/authcheck"));
            await Answers.RateLimited(wrong.Get("/api/v1/authcheck"));
            await Answers.RateLimited(RunningServer.Post(wrong, "/api/v1/generate"));
            await Answers.Ok(right.Get("/api/v1/authcheck"));
            wrong.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.7");
            await Answers.NotAuthorized(wrong.Get("/api/v1/authcheck"));
        });
        Assert.Equal(
            [(AuditKind.TokenRefused, 3), (AuditKind.RequestsLimited, 2), (AuditKind.TokenRefused, 1)],
            left.Select(row => (row.Kind, row.Count)));
    }

    [Fact]
    public async Task Calls_without_a_limit_of_their_own_share_one_and_unauthorized_calls_count_too()
    {
        await using var server = await RunningServer.Start("--Limits:Requests=2");
        using var account = await server.Account("reader@example.com", TokenScopes.Create);
        await Answers.Ok(server.Http.Get("/api/v1/status"));
        await Answers.NotAuthorized(server.Http.Get("/api/v1/private/recent"));
        await Answers.RateLimited(server.Http.Get("/api/v1/status"));
        await Answers.RateLimited(server.Http.Get("/api/v1/private/recent"));
        await Answers.RateLimited(server.Http.Get("/api/v1/nope"));
        await Answers.Ok(server.Post("/api/v1/generate"));

        for (var i = 0; i < 10; i++)
            await Answers.Ok(account.Get("/api/v1/authcheck"));
        for (var i = 0; i < 10; i++)
            await Answers.NotAuthorized(account.Get("/api/v1/private/recent"), 403);
        await Answers.RateLimited(account.Get("/api/v1/private/recent"));
    }

    [Fact]
    public async Task Requests_that_are_refused_for_one_client_do_not_count_for_its_network()
    {
        await using var server = await RunningServer.Start(
            "--Limits:Creates=2", "--Limits:NetworkFactor=2", "--Site:TrustedProxies=127.0.0.1");
        using var flood = From("2001:db8:1:1::1");
        using var other = From("2001:db8:1:2::1");
        using var third = From("2001:db8:1:3::1");
        await Answers.Ok(RunningServer.Post(flood, "/api/v1/generate"));
        await Answers.Ok(RunningServer.Post(flood, "/api/v1/generate"));
        for (var i = 0; i < 5; i++)
            await Answers.RateLimited(RunningServer.Post(flood, "/api/v1/generate"));
        await Answers.Ok(RunningServer.Post(other, "/api/v1/generate"));
        await Answers.Ok(RunningServer.Post(other, "/api/v1/generate"));
        await Answers.RateLimited(RunningServer.Post(third, "/api/v1/generate")); // four requests are all that the network has

        HttpClient From(string address)
        {
            var http = new HttpClient { BaseAddress = server.Http.BaseAddress };
            http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return http;
        }
    }
}

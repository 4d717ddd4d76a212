using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;

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
}

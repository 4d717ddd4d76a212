using System.Text.Json.Nodes;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>The call <c>recent</c> lists all receipts of the caller, newest first, and nobody else's.</summary>
public sealed class RecentTests
{
    [Fact]
    public async Task Recent_lists_more_than_a_thousand_receipts_of_the_caller_only_newest_first()
    {
        await using var server = await RunningServer.Start("--Limits:Enabled=false");
        using var account = await server.Account("many@example.com");
        using var other = await server.Account("other@example.com");
        await Answers.Ok(RunningServer.Post(other, "/api/v1/share", ("secret", "x")));
        await server.Share("anonymous");

        var made = new List<string>();
        for (var instant = 0; instant < 6; instant++)
        {
            server.Clock.Advance(TimeSpan.FromMilliseconds(1));
            // Many receipts have the same time, so that page boundaries fall between receipts of equal time.
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 200).Select(_ => RunningServer.Post(account, "/api/v1/share", ("secret", "x"))));
            foreach (var answer in answers)
                made.Add((string)(await RunningServer.Json(answer))["metadata_key"]!);
        }

        var recent = await Recent(account);
        Assert.Equal(made.Order(StringComparer.Ordinal), recent.Select(Key).Order(StringComparer.Ordinal));
        var batch = made.Index().ToDictionary(pair => pair.Item, pair => pair.Index / 200, StringComparer.Ordinal);
        Assert.Equal(batch.Values.OrderDescending(), recent.Select(receipt => batch[Key(receipt)]));
    }

    [Fact]
    public async Task Recent_is_empty_for_a_new_account_and_refused_without_an_account()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("none@example.com");
        using var answer = await account.Get("/api/v1/private/recent");
        Answers.CarriesTheUsualHeaders(answer);
        Assert.Equal("[]", await answer.Content.ReadAsStringAsync());
        await Answers.NotAuthorized(server.Http.Get("/api/v1/private/recent"));
    }

    [Fact]
    public async Task Receipts_leave_the_list_when_their_own_lifetime_ends()
    {
        await using var server = await RunningServer.Start();
        using var account = await server.Account("ends@example.com");
        await Answers.Ok(RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("ttl", "60")));
        await Answers.Ok(RunningServer.Post(account, "/api/v1/share", ("secret", "x"), ("ttl", "600")));

        server.Clock.Advance(TimeSpan.FromSeconds(119));
        var states = (await Recent(account)).Select(receipt => (string?)receipt["state"]);
        Assert.Equal("expired new", string.Join(' ', states.Order(StringComparer.Ordinal)));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("new", (string?)Assert.Single(await Recent(account))["state"]);
        await server.Get<PurgeExpired>().Run(CancellationToken.None);
        Assert.Single(await Recent(account));
    }

    private static string Key(JsonNode receipt) => (string)receipt["metadata_key"]!;

    private static async Task<JsonNode[]> Recent(HttpClient account)
    {
        using var answer = await account.Get("/api/v1/private/recent");
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray().OfType<JsonNode>()];
    }
}

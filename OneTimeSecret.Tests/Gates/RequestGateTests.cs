using Microsoft.AspNetCore.Routing;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Components;
using OneTimeSecret.Tests.Http;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Gates;

public sealed class RequestGateTests
{
    private const string Key = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    /// <summary>Endpoints that answer from memory or must always answer. One static file stands for all files.</summary>
    private static readonly string[] Free = ["/brand/style.css", "/health/live", "/health/ready", "a static file"];

    [Fact]
    public async Task Every_endpoint_has_a_limit_except_files_and_health()
    {
        await using var server = await RunningServer.Start(
            "--Limits:Requests=1", "--Limits:Creates=1", "--Limits:Reveals=1", "--Brand:Accent=#005577", "--Brand:AccentDark=#aaddee",
            "--Site:SecurityContact=mailto:security@example.com");
        foreach (var used in (string[])["/", "/api/v1/generate", $"/api/v1/secret/{Key}", $"/api/v1/private/{Key}/burn"])
            (await server.Send("POST", used)).Dispose();

        var free = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in SweptEndpoint.All(server.Get<EndpointDataSource>()))
        {
            foreach (var method in endpoint.Methods)
            {
                using var answer = await server.Send(method, endpoint.At(Key));
                if ((int)answer.StatusCode != 429 && !Intends(answer, "429"))
                    free.Add(endpoint.IsFile ? "a static file" : endpoint.Route);
            }
        }
        Assert.Equal(Free, free, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("/"), InlineData("/nope"), InlineData("/docs/api/ui/swagger-ui-bundle.js"), InlineData("/openapi/v1.json")]
    public async Task A_client_that_asks_too_often_is_told_to_wait_and_others_are_served(string path)
    {
        await using var server = await RunningServer.Start("--Limits:Requests=2", "--Site:TrustedProxies=127.0.0.1");
        using var reader = new Reader(server);
        for (var i = 0; i < 2; i++)
            Assert.NotEqual(429, (await reader.Open(path)).Status);
        await reader.Open(path);
        Assert.Equal((429, "That was a little too often"), (reader.Status, reader.Heading));
        var wait = reader.Answer.Headers.RetryAfter!.Delta!.Value;
        Assert.InRange(wait, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(20));

        using var other = new Reader(server);
        other.Headers.Add("X-Forwarded-For", "192.0.2.1");
        Assert.NotEqual(429, (await other.Open(path)).Status);
        server.Clock.Advance(wait);
        Assert.NotEqual(429, (await reader.Open(path)).Status);
    }

    private static bool Intends(HttpResponseMessage answer, string status) =>
        answer.Headers.TryGetValues("X-OTS-Intended-Status", out var intended) && intended.Single().Equals(status, Ordinal);
}

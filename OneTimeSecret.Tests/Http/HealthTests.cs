using System.Net;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Storage;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

public sealed class HealthTests
{
    [Theory]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/health/ready")]
    [InlineData("HEAD", "/health/ready")]
    public async Task Running_server_is_healthy(string method, string path)
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.CacheControl!.NoStore);
    }

    /// <summary>Load balancers ask by address, and those that speak HTTP/1.0 send no Host header.</summary>
    [Theory]
    [InlineData("HTTP/1.1\r\nHost: 10.1.2.3:5000"), InlineData("HTTP/1.1\r\nHost: evil.example.net")]
    [InlineData("HTTP/1.1\r\nHost:"), InlineData("HTTP/1.0")]
    public async Task Health_is_reported_to_every_host_and_without_one(string rest)
    {
        await using var server = await RunningServer.Start();
        foreach (var request in (string[])["GET /health/live", "GET /health/ready", "HEAD /health/ready"])
            Assert.StartsWith("HTTP/1.1 200", await Ask(request), Ordinal);
        string[] others =
        [
            "GET /health", "GET /health/live/", "GET /health/ready/x", "GET /Health/Live", "POST /health/live", "GET /", "GET /robots.txt",
        ];
        foreach (var request in others)
            Assert.StartsWith("HTTP/1.1 400", await Ask(request), Ordinal);

        Task<string> Ask(string request) =>
            RawConnection.Exchange(server, $"{request} {rest}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }

    /// <summary>A block that is too wide must not let the orchestrator restart the server, or the load balancer remove it.</summary>
    [Fact]
    public async Task Health_is_reported_to_blocked_networks()
    {
        await using var server = await RunningServer.Start();
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "127.0.0.1", "abuse", null, CancellationToken.None);
        foreach (var (path, status) in new[] { ("/health/live", 200), ("/health/ready", 200), ("/health/live/", 403), ("/", 403) })
        {
            using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((path, status), (path, (int)answer.StatusCode));
        }
    }

    [Fact]
    public async Task Server_is_alive_but_not_ready_while_its_database_fails_and_recovers_by_itself()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        faults.Failing = "SELECT";
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Status("/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await Status("/health/live"));
        faults.Failing = null;
        Assert.Equal(HttpStatusCode.OK, await Status("/health/ready"));

        async Task<HttpStatusCode> Status(string path)
        {
            using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Health_and_overview_warn_while_the_clock_of_the_system_is_in_doubt()
    {
        await using var server = await RunningServer.Start();
        using var admin = await server.SignInAdmin("/admin");
        Assert.Equal(("Healthy", false), await Seen());
        server.System.Set(TimeSpan.FromDays(3650));
        Assert.Equal(("Degraded", true), await Seen());
        Assert.Contains("The system's clock jumped ahead", admin.Text("main .note.error"), Ordinal);
        Assert.Contains("until the clock is corrected", admin.Text("main .note.error"), Ordinal);
        server.System.Set(TimeSpan.FromDays(-3650 - 1));
        Assert.Equal(("Degraded", true), await Seen());
        Assert.Contains("for another 60 minutes", admin.Text("main .note.error"), Ordinal);
        server.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(("Degraded", true), await Seen());
        Assert.Contains("What has expired by the server's time is deleted.", admin.Text("main .note.error"), Ordinal);

        async Task<(string Health, bool Warns)> Seen() => (
            await server.Http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)),
            (await admin.Open("/admin")).Has("main .note.error"));
    }
}

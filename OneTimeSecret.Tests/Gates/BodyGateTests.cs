using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Gates;

public sealed class BodyGateTests
{
    private const string Small = "POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nsecret=x";

    [Theory]
    [InlineData("/", "Content-Length: 600000")]
    [InlineData("/", "Transfer-Encoding: chunked")]
    [InlineData("/api/v1/share", "Transfer-Encoding: chunked")]
    public async Task Bodies_of_one_client_in_memory_are_limited_and_others_are_served(string path, string length)
    {
        await using var server = await RunningServer.Start("--Limits:BodyMegabytesPerClient=1");
        using var one = await Begin(server, path, length);
        using var two = await Begin(server, path, length);

        using var refused = await RawConnection.To(server);
        await refused.Write(Small);
        var answer = await refused.ReadTo("""{"message":"The server is busy. Nothing was done; try again later."}""");
        Assert.StartsWith("HTTP/1.1 503", answer, Ordinal);
        Assert.Contains("Retry-After: 5\r\n", answer, Ordinal);
        using var form = await RawConnection.To(server);
        await form.Write(Head("/", "Content-Length: 3") + "x=1");
        Assert.StartsWith("HTTP/1.1 503", await form.ReadTo("<h1>The server is busy</h1>"), Ordinal);

        using var other = await RawConnection.To(server, "127.0.0.2");
        await other.Write(Small);
        await other.ReadTo("200 OK");
        one.Dispose();
        for (var i = 0; !(await server.Post("/api/v1/share", ("secret", "x"))).IsSuccessStatusCode; i++)
            Assert.True(i < 1000); // the server notices soon that the connection has ended
    }

    [Theory]
    [InlineData("/", "HTTP/1.1 408", "<h1>Your form took too long to arrive</h1>")]
    [InlineData("/signin", "HTTP/1.1 408", "<h1>Your form took too long to arrive</h1>")]
    [InlineData("/signin/passkey", "HTTP/1.1 408", "<h1>Your form took too long to arrive</h1>")]
    [InlineData("/mail/opt-out/token", "HTTP/1.1 408", "<h1>Your form took too long to arrive</h1>")]
    [InlineData(
        "/api/v1/share", "X-OTS-Intended-Status: 408\r\nX-OTS-Reason: The body took too long to arrive.", "Incorrect payload format")]
    public async Task A_body_that_takes_too_long_is_refused_without_an_error_in_the_log(string path, string head, string said)
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, Adjust, "--Limits:BodySeconds=30");
        using var slow = await Begin(server, path, "Content-Length: 1000");
        server.Clock.Advance(TimeSpan.FromSeconds(29));
        await slow.Write("x=1");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains(head, await slow.ReadTo(said), Ordinal);
        Assert.All(log.Lines, line => Assert.DoesNotMatch("^(Warning|Error|Critical)", line));

        void Adjust(WebApplicationBuilder builder)
        {
            log.Attach(builder);
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinRequestBodyDataRate = null); // its answer would be the same
        }
    }

    /// <summary>Sends the head of a post, and waits until the server reads the body.</summary>
    private static async Task<RawConnection> Begin(RunningServer server, string path, string length)
    {
        var connection = await RawConnection.To(server);
        await connection.Write(Head(path, length + "\r\nExpect: 100-continue"));
        await connection.ReadTo("100 Continue\r\n\r\n");
        return connection;
    }

    private static string Head(string path, string headers) =>
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n";
}

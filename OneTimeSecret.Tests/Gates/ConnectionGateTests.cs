using System.Net.Sockets;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Gates;

public sealed class ConnectionGateTests
{
    private const string Question = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";

    [Fact]
    public async Task A_client_holds_at_most_its_share_of_connections_and_others_are_served()
    {
        await using var server = await RunningServer.Start("--Limits:ConnectionsPerClient=2");
        using var one = await Ask(server);
        using var two = await Ask(server);
        Assert.False(await IsServed(server));
        using var other = await Ask(server, "127.0.0.2");
        one.Dispose();
        for (var i = 0; !await IsServed(server); i++)
            Assert.True(i < 1000); // the server notices soon that the connection has ended
    }

    [Fact]
    public async Task Connections_of_a_trusted_proxy_count_only_for_the_limit_of_all()
    {
        await using var server = await RunningServer.Start(
            "--Limits:ConnectionsPerClient=1", "--Limits:Connections=3", "--Site:TrustedProxies=127.0.0.0/24");
        using var one = await Ask(server);
        using var two = await Ask(server);
        using var three = await Ask(server);
        Assert.False(await IsServed(server));
    }

    [Fact]
    public async Task Closed_connections_are_logged_once_a_minute()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach, "--Limits:ConnectionsPerClient=1");
        using var one = await Ask(server);
        for (var minute = 1; minute <= 2; minute++)
        {
            for (var i = 0; i < 3; i++)
                Assert.False(await IsServed(server));
            var line = log.Lines.Where(line => line.StartsWith("Warning", Ordinal)).ToList();
            Assert.Equal(minute, line.Count);
            Assert.Contains("now one of 127.0.0.1", line[^1], Ordinal);
            server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private static async Task<bool> IsServed(RunningServer server)
    {
        try
        {
            return await RawConnection.Exchange(server, Question[..^2] + "Connection: close\r\n\r\n") is not "";
        }
        catch (Exception closed) when (closed is SocketException or IOException)
        {
            return false; // the server closed the connection before the request was sent
        }
    }

    /// <summary>Opens a connection that stays open after its first answer.</summary>
    private static async Task<RawConnection> Ask(RunningServer server, string from = "127.0.0.1")
    {
        var connection = await RawConnection.To(server, from);
        await connection.Write(Question);
        await connection.ReadTo("200 OK");
        return connection;
    }
}

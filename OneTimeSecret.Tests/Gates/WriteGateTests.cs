using OneTimeSecret.Tests.Http;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Gates;

public sealed class WriteGateTests
{
    [Fact]
    public async Task A_network_holds_half_of_the_write_queue_at_most_and_others_are_served()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=4");
        using var one = await Begin(server, "127.0.0.1");
        using var two = await Begin(server, "127.0.0.2");
        using (var refused = await RawConnection.To(server, "127.0.0.3"))
        {
            await refused.Write(Head("Content-Length: 8") + "secret=x");
            Assert.StartsWith("HTTP/1.1 503", await refused.ReadTo("The server is busy."), Ordinal);
        }
        using var reader = await RawConnection.To(server, "127.0.0.3");
        await reader.Write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadTo("</html>"), Ordinal);

        using var other = await RawConnection.To(server, "127.0.1.1");
        await other.Write(Head("Content-Length: 8") + "secret=x");
        await other.ReadTo("200 OK");
        await one.Write("secret=x");
        await one.ReadTo("200 OK");
        using var next = await RawConnection.To(server, "127.0.0.3");
        await next.Write(Head("Content-Length: 8") + "secret=x");
        await next.ReadTo("200 OK");
    }

    /// <summary>Sends the head of a create, and waits until the server reads its body.</summary>
    private static async Task<RawConnection> Begin(RunningServer server, string from)
    {
        var connection = await RawConnection.To(server, from);
        await connection.Write(Head("Content-Length: 8\r\nExpect: 100-continue"));
        await connection.ReadTo("100 Continue\r\n\r\n");
        return connection;
    }

    private static string Head(string headers) =>
        $"POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n{headers}\r\n\r\n";
}

using OneTimeSecret.Core.Limits;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Http;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Gates;

public sealed class TurnGateTests
{
    [Theory]
    [InlineData("/", false), InlineData("/api/v1/status", false), InlineData("/nope", false), InlineData("/health/ready", false)]
    [InlineData("/health/live", true), InlineData("/favicon.svg", true)]
    public async Task A_request_waits_for_its_turn_except_for_files_and_health(string path, bool isFree)
    {
        await using var server = await RunningServer.Start();
        var turns = server.Get<Turns>();
        var held = await TakeAll(turns);
        var answer = server.Send("GET", path);
        if (!isFree)
            await Verbs.Until(() => turns.Waiting == 1);
        else
            (await answer).EnsureSuccessStatusCode();
        Assert.Equal(isFree, answer.IsCompleted);
        held.ForEach(turn => turn.Dispose());
        using var done = await answer;
        Assert.Equal(0, turns.Waiting);
    }

    [Fact]
    public async Task A_client_whose_waiting_requests_have_long_heads_is_refused_and_others_wait_on()
    {
        await using var server = await RunningServer.Start();
        var turns = server.Get<Turns>();
        var held = await TakeAll(turns);
        var head = $"GET /?q={new string('x', 60_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var open = new List<RawConnection>();
        for (var i = 0; i < 17; i++) // 17 of them have less than a million characters
        {
            open.Add(await RawConnection.To(server));
            await open[^1].Write(head);
        }
        await Verbs.Until(() => turns.Waiting == 17);
        using (var refused = await RawConnection.To(server))
        {
            await refused.Write(head);
            Assert.StartsWith("HTTP/1.1 503", await refused.ReadTo("The server is busy"), Ordinal);
        }
        using var other = await RawConnection.To(server, "127.0.1.1");
        await other.Write(head);
        await Verbs.Until(() => turns.Waiting == 18);
        held.ForEach(turn => turn.Dispose());
        Assert.StartsWith("HTTP/1.1 200", await other.ReadTo("</html>"), Ordinal);
        open.ForEach(connection => connection.Dispose());
    }

    [Fact]
    public async Task A_client_that_sends_its_body_slowly_or_watches_a_receipt_holds_no_turn()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Conceal("value");
        var turns = server.Get<Turns>();
        var open = new List<RawConnection>();
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            open.Add(await RawConnection.To(server));
            await open[^1].Write("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n");
            await open[^1].ReadTo("100 Continue\r\n\r\n");
            open.Add(await RawConnection.To(server));
            await open[^1].Write($"GET /receipt/{metadata.Text}/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await open[^1].ReadTo("data: new");
        }
        Assert.Equal(0, turns.Waiting);
        using var other = await RawConnection.To(server);
        await other.Write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200", await other.ReadTo("</html>"), Ordinal);
        open.ForEach(connection => connection.Dispose());
    }

    /// <summary>Takes turns until the next one would have to wait.</summary>
    private static async Task<List<Turn>> TakeAll(Turns turns)
    {
        var held = new List<Turn>();
        for (var network = 0; held.Count < 2 * Environment.ProcessorCount; network++)
            held.Add(await turns.Enter(ClientAddress.Of($"192.0.{network}.1"), CancellationToken.None));
        return held;
    }
}

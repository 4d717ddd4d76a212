using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using OneTimeSecret.Tests.Live;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>How a server ends: asked to, it finishes what it has begun; cut off, it has kept all that it acknowledged.</summary>
public sealed class StopTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Asked_to_stop_it_answers_the_requests_it_has_begun()
    {
        await using var server = await _folder.Serve();
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await Write("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n");
        var buffer = new byte[2000];
        Assert.StartsWith("HTTP/1.1 100", await Read(), Ordinal); // the program is reading the body now

        await server.Terminate();
        await server.Says("Application is shutting down");
        await Task.Delay(TimeSpan.FromSeconds(3)); // longer than a command line's usual grace, which would cut the answer off
        await Write("secret=x");
        Assert.StartsWith("HTTP/1.1 200", await Read(), Ordinal);
        Assert.Equal(0, await server.Exit());

        Task Write(string text) => client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

        async Task<string> Read() => Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
    }

    [Fact]
    public async Task Asked_to_stop_it_does_not_wait_for_live_pages()
    {
        await using var server = await _folder.Serve();
        var metadata = await Served.ShareForReceipt(server, "value");
        using var first = await LiveStream.Open(server.Http, metadata);
        using var second = await LiveStream.Open(server.Http, metadata);
        Assert.Equal(("new", "new"), (await first.Next(), await second.Next()));

        var start = TimeProvider.System.GetTimestamp();
        await server.Terminate();
        Assert.Equal((null, null), (await first.Next(), await second.Next()));
        Assert.Equal(0, await server.Exit());
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10)); // the host would wait for 30
    }

    [Fact]
    public async Task Cut_off_it_has_kept_everything_it_acknowledged()
    {
        var acknowledged = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        await using (var server = await _folder.Serve("--Limits:Enabled=false"))
        {
            var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(() => ShareUntilCutOff(server, acknowledged))).ToList();
            while (acknowledged.Count < 200 && clients.TrueForAll(client => !client.IsCompleted))
                await Task.Delay(10);
            Assert.NotEqual(0, await server.Kill());
            await Task.WhenAll(clients);
        }
        Assert.True(acknowledged.Count >= 200);
        await using var again = await _folder.Serve("--Limits:Enabled=false");
        foreach (var (key, value) in acknowledged)
            Assert.Equal(value, await Served.Reveal(again, key));
    }

    private static async Task ShareUntilCutOff(BuiltProgram server, ConcurrentDictionary<string, string> acknowledged)
    {
        try
        {
            for (; ; )
            {
                var value = Guid.NewGuid().ToString();
                acknowledged[await Served.Share(server, value)] = value;
            }
        }
        catch (HttpRequestException)
        {
            // Cut off: this one was not acknowledged.
        }
    }
}

using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Live;
using OneTimeSecret.Tests.Mail;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Commands;

/// <summary>A server that is asked to stop finishes what it has begun. A killed server has kept all that it acknowledged.</summary>
public sealed class StopTests : IDisposable
{
    private const string Origin = "http://secrets.example.com"; // not https, because a client without TLS would not send secure cookies

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// Everything that could delay a stop, at once: a circuit whose browser no longer answers, a live receipt, clients that never finish
    /// their headers or body, and a mail server that hangs.
    /// </summary>
    [Fact]
    public async Task A_stop_ends_all_open_connections_in_time_and_answers_requests_that_finish_soon()
    {
        await using var smtp = await SmtpServer.Start("--hang", "answer");
        string[] settings = [.. smtp.Settings(), $"--Site:PublicUrl={Origin}"];
        var (cookie, metadata, unread) = await Prepare(settings);
        await using var server = await _folder.Serve(settings);
        using var circuit = await Circuit(server, cookie);
        using var live = await LiveStream.Open(server.Http, metadata);
        Assert.Equal("new", await live.Next());
        using var headers = await Connect(server, "GET / HTTP/1.1\r\nHost: local");
        using var slow = await Connect(server, Post(1000, "secret="));
        using var quick = await Connect(server, Post(8, ""));
        foreach (var sender in new[] { slow, quick })
            Assert.StartsWith("HTTP/1.1 100", await Read(sender), Ordinal); // the program is reading the body now
        await Verbs.Until(() => smtp.Mails.Count > 0); // the mail server has the mail and never confirms it

        await server.Terminate();
        await server.Says("Application is shutting down");
        await quick.GetStream().WriteAsync("secret=x"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200", await Read(quick), Ordinal);
        Assert.Null(await live.Next());
        using var dripping = new CancellationTokenSource();
        var drip = Drip(slow, dripping.Token);
        Assert.Equal(0, await server.Exit(TimeSpan.FromSeconds(20))); // each of them would use up the host's own 30 seconds
        await dripping.CancelAsync();
        await drip;

        await using var again = await _folder.Serve(settings);
        Assert.Equal("unread", await Served.Reveal(again, unread));
    }

    [Fact]
    public async Task A_killed_server_has_kept_every_secret_that_it_acknowledged()
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

    /// <summary>Prepares a session, a mail in the queue, a receipt to watch and an unread secret.</summary>
    private async Task<(string Cookie, string Metadata, string Unread)> Prepare(string[] settings)
    {
        await using var server = await RunningServer.Start(_folder.Data, adjust: null, settings);
        var cookie = await server.SomebodysCookie();
        using var sender = await server.Account("sender@example.com");
        using var sent = await RunningServer.Post(sender, "/api/v1/share", ("secret", "sent"), ("recipient", "jane@example.org"));
        Assert.True(sent.IsSuccessStatusCode);
        return (cookie, (await server.Share("watched")).MetadataKey, (await server.Share("unread")).SecretKey);
    }

    /// <summary>Opens a circuit as a browser does, and then never answers.</summary>
    private static async Task<ClientWebSocket> Circuit(BuiltProgram server, string cookie)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", Origin);
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/_blazor"), TestContext.Current.CancellationToken);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Text, endOfMessage: true,
            TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<TcpClient> Connect(BuiltProgram server, string text)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
        return client;
    }

    private static string Post(int length, string begin) =>
        $"POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n\r\n{begin}";

    private static async Task<string> Read(TcpClient client)
    {
        var buffer = new byte[2000];
        return Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer));
    }

    /// <summary>Sends bytes until the connection is cut, fast enough for the server's minimum data rate.</summary>
    private static async Task Drip(TcpClient client, CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await client.GetStream().WriteAsync("x"u8.ToArray(), cancellation);
                await Task.Delay(100, cancellation);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // The connection was cut.
        }
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
            // The server was killed. This secret was not acknowledged.
        }
    }
}

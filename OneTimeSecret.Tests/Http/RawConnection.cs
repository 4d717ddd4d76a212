using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OneTimeSecret.Tests.Http;

/// <summary>Bytes on a bare socket, for requests that no client library would send.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient _client;

    private RawConnection(IPAddress from) => _client = new TcpClient(new IPEndPoint(from, 0));

    public NetworkStream Stream => _client.GetStream();

    /// <summary>Connects from an address of this machine, such as 127.0.0.2.</summary>
    public static async Task<RawConnection> To(RunningServer server, string from = "127.0.0.1")
    {
        var connection = new RawConnection(IPAddress.Parse(from));
        await connection._client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        return connection;
    }

    /// <summary>Sends text of Latin-1 characters, one byte each.</summary>
    public Task Write(string latin1) => Stream.WriteAsync(Encoding.Latin1.GetBytes(latin1)).AsTask();

    /// <summary>Reads everything until the server closes or resets the connection.</summary>
    public async Task<string> ReadToEnd()
    {
        using var received = new MemoryStream();
        try
        {
            await Stream.CopyToAsync(received, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // The server closed the connection while bytes were still being sent.
        }
        return Encoding.UTF8.GetString(received.ToArray());
    }

    /// <summary>Reads until the server has sent a text, and returns everything up to it. Fails if the connection ends before.</summary>
    public async Task<string> ReadTo(string text)
    {
        var received = "";
        var buffer = new byte[4096];
        while (!received.Contains(text, StringComparison.Ordinal))
        {
            var count = await Stream.ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);
            Assert.True(count > 0, $"the connection ended after: {received}");
            received += Encoding.UTF8.GetString(buffer, 0, count);
        }
        return received;
    }

    /// <summary>Sends one request on its own connection, and reads the whole answer.</summary>
    public static async Task<string> Exchange(RunningServer server, string latin1)
    {
        using var connection = await To(server);
        await connection.Write(latin1);
        return await connection.ReadToEnd();
    }

    /// <summary>Sends a request and reads the first line of the answer, for connections that stay open.</summary>
    public static async Task<string> Start(RunningServer server, string latin1)
    {
        using var connection = await To(server);
        await connection.Write(latin1);
        using var lines = new StreamReader(connection.Stream, Encoding.Latin1);
        return await lines.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    /// <summary>A whole POST request. Each line of <paramref name="headers"/> ends with CR LF.</summary>
    public static string Post(string path, string body = "", string headers = "", string host = "localhost") =>
        $"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}" +
        (headers.Contains("Transfer-Encoding", StringComparison.Ordinal) ? "" : $"Content-Length: {body.Length}\r\n") + $"\r\n{body}";

    public void Dispose() => _client.Dispose();
}

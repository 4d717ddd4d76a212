using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// A connection that sends bytes as they are, also such that no client library would send, and reads the answers. It connects again when
/// the server has closed it.
/// </summary>
internal sealed class Wire(Uri server) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly LingerOption NoTimeWait = new(enable: true, seconds: 0); // else the ports of this machine run out

    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);
    private static readonly byte[] Last = [.. "\r\n\r\nGET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8];

    private readonly IPEndPoint _server = new(IPAddress.Parse(server.Host), server.Port);
    private CancellationTokenSource _patience = new();
    private Socket? _socket;
    private byte[] _bytes = new byte[64 * 1024];
    private int _end;

    /// <summary>Sends a request and reads its answer. The memory of the answer is valid until the next request.</summary>
    public async Task<Reply> Ask(ReadOnlyMemory<byte> request, bool isHead = false)
    {
        try
        {
            var stop = Wait();
            if (_socket is null)
                await Connect(stop);
            await _socket!.SendAsync(request, SocketFlags.None, stop);
            return Done(await Read(isHead, stop));
        }
        catch (SocketException)
        {
            Close();
            return Reply.Cut;
        }
        catch (OperationCanceledException)
        {
            Close();
            return Reply.Late;
        }
    }

    /// <summary>
    /// Sends bytes that may be no proper request, and a proper one that ends the connection. Returns every answer. If the server waits
    /// for more, it is told that no more will follow.
    /// </summary>
    public async Task<IReadOnlyList<Reply>> AskAndEnd(ReadOnlyMemory<byte> bytes)
    {
        Close();
        var replies = new List<Reply>();
        try
        {
            var stop = Wait();
            await Connect(stop);
            await _socket!.SendAsync(bytes, SocketFlags.None, stop);
            await _socket.SendAsync(Last, SocketFlags.None, stop);
            while (true)
            {
                var reading = Read(isHead: false, stop);
                if (!reading.IsCompleted && await Task.WhenAny(reading, Task.Delay(Silence, stop)) != reading)
                    _socket.Shutdown(SocketShutdown.Send);
                var reply = await reading;
                if (reply.Status <= 0)
                    break;
                replies.Add(reply with { Head = reply.Head.ToArray(), Body = reply.Body.ToArray() });
                if (!reply.Open)
                    break;
            }
        }
        catch (SocketException)
        {
            // The server has closed the connection before it read everything.
        }
        catch (OperationCanceledException)
        {
            replies.Add(Reply.Late);
        }
        Close();
        return replies;
    }

    /// <summary>Sends a request and closes the connection without waiting for the answer.</summary>
    public async Task Cut(ReadOnlyMemory<byte> request)
    {
        await Start(request);
        Close();
    }

    /// <summary>Sends bytes and leaves the connection open.</summary>
    public async Task Start(ReadOnlyMemory<byte> request)
    {
        try
        {
            var stop = Wait();
            if (_socket is null)
                await Connect(stop);
            await _socket!.SendAsync(request, SocketFlags.None, stop);
        }
        catch (SocketException)
        {
            Close(); // The server is gone already.
        }
    }

    /// <summary>Reads and forgets everything until the server ends the connection, or until it is cancelled.</summary>
    public async Task Ended(CancellationToken stop)
    {
        try
        {
            while (_socket is not null && await _socket.ReceiveAsync(_bytes.AsMemory(), SocketFlags.None, stop) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The server has reset the connection.
        }
        catch (OperationCanceledException)
        {
            // It has waited long enough.
        }
        Close();
    }

    public void Dispose()
    {
        Close();
        _patience.Dispose();
    }

    private CancellationToken Wait()
    {
        if (!_patience.TryReset())
        {
            _patience.Dispose();
            _patience = new CancellationTokenSource();
        }
        _patience.CancelAfter(Patience);
        return _patience.Token;
    }

    private async Task Connect(CancellationToken stop)
    {
        _end = 0;
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = NoTimeWait };
        await _socket.ConnectAsync(_server, stop);
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private Reply Done(Reply reply)
    {
        if (!reply.Open)
            Close();
        return reply;
    }

    private async Task<Reply> Read(bool isHead, CancellationToken stop)
    {
        while (true)
        {
            int head;
            while ((head = _bytes.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
                if (!await Fill(stop))
                    return Reply.Cut;
            head += 4;
            if (!Utf8Parser.TryParse(_bytes.AsSpan(9, 3), out int status, out _))
                return Reply.Cut;
            if (status == 100)
            {
                Drop(head);
                continue;
            }
            var (length, chunked, open) = Framing(head, isHead, status);
            var (body, end) = chunked ? await Chunks(head, stop) : await Plain(head, length, stop);
            var reply = new Reply(status, _bytes.AsMemory(0, head).ToArray(), body, open && end > 0);
            Drop(Math.Max(end, head));
            return reply;
        }
    }

    /// <summary>How the body ends. A stream of events has no end, so the connection ends with its head.</summary>
    private (int? Length, bool Chunked, bool Open) Framing(int length, bool isHead, int status)
    {
        var head = _bytes.AsSpan(0, length);
        var open = head.IndexOf("\r\nConnection: close"u8) < 0;
        if (status == 101 || head.IndexOf("\r\nContent-Type: text/event-stream"u8) >= 0)
            return (0, false, false);
        if (isHead || status is 204 or 304)
            return (0, false, open);
        if (head.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0)
            return (null, true, open);
        var at = head.IndexOf("\r\nContent-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 18)..], out int bytes, out _) ? (bytes, false, open) : (null, false, false);
    }

    private async Task<(byte[] Body, int End)> Plain(int head, int? length, CancellationToken stop)
    {
        while (length is null || _end < head + length)
            if (!await Fill(stop))
                return (_bytes[head.._end], 0);
        return (_bytes[head..(head + length.Value)], head + length.Value);
    }

    private async Task<(byte[] Body, int End)> Chunks(int at, CancellationToken stop)
    {
        using var body = new MemoryStream();
        while (true)
        {
            int line;
            while ((line = _bytes.AsSpan(at, _end - at).IndexOf("\r\n"u8)) < 0)
                if (!await Fill(stop))
                    return (body.ToArray(), 0);
            if (!Utf8Parser.TryParse(_bytes.AsSpan(at, line), out int size, out _, 'X'))
                return (body.ToArray(), 0);
            var start = at + line + 2;
            while (_end < start + size + 2)
                if (!await Fill(stop))
                    return (body.ToArray(), 0);
            body.Write(_bytes, start, size);
            at = start + size + 2;
            if (size == 0)
                return (body.ToArray(), at);
        }
    }

    private void Drop(int bytes)
    {
        _bytes.AsSpan(bytes, _end - bytes).CopyTo(_bytes);
        _end -= bytes;
    }

    private async Task<bool> Fill(CancellationToken stop)
    {
        if (_end == _bytes.Length)
            Array.Resize(ref _bytes, _bytes.Length * 2);
        var read = await _socket!.ReceiveAsync(_bytes.AsMemory(_end), SocketFlags.None, stop);
        _end += read;
        return read > 0;
    }
}

using System.Buffers;
using System.IO.Pipelines;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// The body of a request with a deadline. After it, and if the server finds the sender too slow, reading throws a status 408.
/// </summary>
internal sealed class TimedBody : Stream
{
    private readonly PipeReader _sent;
    private readonly CancellationTokenRegistration _end;

    public TimedBody(PipeReader sent, CancellationToken deadline)
    {
        _sent = sent;
        // A token that cancels a read of the server leaves its reader in a state that fails later.
        _end = deadline.Register(sent.CancelPendingRead);
    }

    /// <summary>Whether reading has failed because the body came too slowly.</summary>
    public bool IsLate { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await Next(cancellationToken);
        var length = (int)Math.Min(buffer.Length, read.Buffer.Length);
        var part = read.Buffer.Slice(0, length);
        part.CopyTo(buffer.Span);
        _sent.AdvanceTo(part.End); // the memory of the part is no longer ours
        if (read.IsCanceled)
        {
            IsLate = true;
            throw new BadHttpRequestException("The body did not arrive in time.", StatusCodes.Status408RequestTimeout);
        }
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() { }

    private async ValueTask<ReadResult> Next(CancellationToken cancellation)
    {
        try
        {
            var read = _sent.ReadAsync(cancellation);
            return read.IsCompleted ? await read : await Turn.Outside(read.AsTask);
        }
        catch (BadHttpRequestException slow) when (slow.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            IsLate = true;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _end.Dispose();
        base.Dispose(disposing);
    }
}

namespace OneTimeSecret.Tests.Api.Parameters;

/// <summary>Returns one byte at a time, counts the bytes, and can fail after some of them.</summary>
internal sealed class SlowStream(byte[] bytes, int breakAfter = int.MaxValue) : Stream
{
    public int Taken { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Taken; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (Taken >= breakAfter)
            throw new IOException("The client reset the request stream.");

        if (Taken == bytes.Length)
            return 0;

        buffer.Span[0] = bytes[Taken++];
        return 1;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();
}

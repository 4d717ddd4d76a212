using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>A request body in memory, read up to a limit. Disposing overwrites it with zeros.</summary>
internal sealed class BoundedBody(int limit) : IDisposable
{
    private const int FirstCapacity = 4096;

    // One byte above the limit, to distinguish a body of exactly the limit from a longer one.
    private readonly int mostCapacity = checked(limit + 1);
    private SecretBytes buffer = new(0);
    private int length;

    /// <summary>The body as sent. Parsers may overwrite it, because they decode in place.</summary>
    public Span<byte> Bytes => buffer.Span[..length];

    /// <summary>Reads the whole body. Returns false as soon as it exceeds the limit.</summary>
    public async Task<bool> FillAsync(Stream source, CancellationToken cancellationToken)
    {
        while (length <= limit)
        {
            if (length == buffer.Length)
                Grow();

            var read = await source.ReadAsync(buffer.Memory[length..], cancellationToken);
            if (read == 0)
                return true;

            length += read;
        }

        return false;
    }

    public void Dispose() => buffer.Dispose();

    // The buffer grows with the bytes received. A large Content-Length alone allocates no memory.
    private void Grow()
    {
        using var smaller = buffer;
        buffer = new SecretBytes((int)Math.Min(Math.Max(FirstCapacity, 2L * smaller.Length), mostCapacity));
        smaller.Span.CopyTo(buffer.Span);
    }
}

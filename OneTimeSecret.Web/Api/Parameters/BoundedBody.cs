using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>A request body in memory of its own, which never exceeds the limit and is cleared afterwards.</summary>
internal sealed class BoundedBody(int limit) : IDisposable
{
    private const int FirstCapacity = 4096;

    // One byte more than allowed, so that a body which just fits and one that does not can be told apart.
    private readonly int mostCapacity = checked(limit + 1);
    private SecretBytes buffer = new(0);
    private int length;

    /// <summary>The body as sent. The parsers may overwrite it: decoding happens in place.</summary>
    public Span<byte> Bytes => buffer.Span[..length];

    /// <summary>Reads to the end; false as soon as there is more than the limit.</summary>
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

    // Grows with what has arrived and not with what was announced: a claim alone reserves no memory.
    private void Grow()
    {
        using var smaller = buffer;
        buffer = new SecretBytes((int)Math.Min(Math.Max(FirstCapacity, 2L * smaller.Length), mostCapacity));
        smaller.Span.CopyTo(buffer.Span);
    }
}

using System.Security.Cryptography;

namespace OneTimeSecret.Web.Api.Parameters;

/// <summary>A request body in memory of its own, which never exceeds the limit and is cleared afterwards.</summary>
internal sealed class BoundedBody(int limit) : IDisposable
{
    private const int FirstCapacity = 4096;

    // One byte more than allowed, so that a body which just fits and one that does not can be told apart.
    private readonly int mostCapacity = checked(limit + 1);
    private byte[] buffer = [];
    private int length;

    /// <summary>The body as sent. The parsers may overwrite it: decoding happens in place.</summary>
    public Span<byte> Bytes => buffer.AsSpan(0, length);

    /// <summary>Reads to the end; false as soon as there is more than the limit.</summary>
    public async Task<bool> FillAsync(Stream source, CancellationToken cancellationToken)
    {
        while (length <= limit)
        {
            if (length == buffer.Length)
                Grow();

            var read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
                return true;

            length += read;
        }

        return false;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(buffer);

    // Grows with what has arrived and not with what was announced: a claim alone reserves no memory.
    private void Grow()
    {
        var larger = new byte[(int)Math.Min(Math.Max(FirstCapacity, 2L * buffer.Length), mostCapacity)];
        buffer.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(buffer);
        buffer = larger;
    }
}

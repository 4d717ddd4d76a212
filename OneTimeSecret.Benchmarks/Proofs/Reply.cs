using System.Text;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>An answer of the server.</summary>
/// <param name="Status">0: the connection ended without an answer. -1: there was no answer in time.</param>
/// <param name="Head">The status line and the headers.</param>
/// <param name="Body">The body, without the framing of chunks.</param>
/// <param name="Open">Whether the connection can be used again.</param>
internal readonly record struct Reply(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body, bool Open)
{
    public static Reply Cut => new(0, default, default, false);

    public static Reply Late => new(-1, default, default, false);

    public string Text => Encoding.UTF8.GetString(Body.Span);

    public bool Holds(ReadOnlySpan<byte> bytes) => Body.Span.IndexOf(bytes) >= 0 || Head.Span.IndexOf(bytes) >= 0;
}

using System.Security.Cryptography;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Bytes that must not stay in memory: values, key material, what a box held. Disposing overwrites them. Whoever makes an owner, or gets
/// one as a result, disposes it; who gets one as an argument only reads it.
/// </summary>
/// <remarks>
/// This shortens the time in which a memory dump shows the bytes. It does not erase strings, buffers of the framework, or copies that
/// the garbage collector left behind when it moved the array (SECURITY.md).
/// </remarks>
public sealed class SecretBytes : IDisposable
{
    /// <summary>Told of every owner that is made in its flow of execution. Null unless tests set it.</summary>
    internal static AsyncLocal<Action<SecretBytes>?>? Watch;

    private byte[]? _bytes;

    /// <summary>Zeros, to be filled through <see cref="Span"/>.</summary>
    public SecretBytes(int length)
        : this(new byte[length]) { }

    /// <summary>Takes over an array that a library made. Nobody else may keep it.</summary>
    public SecretBytes(byte[] bytes)
    {
        _bytes = bytes;
        Watch?.Value?.Invoke(this);
    }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">They are cleared.</exception>
    public Span<byte> Span => Bytes;

    /// <summary>The bytes, for asynchronous code. What was taken from here shows zeros after the owner is disposed.</summary>
    /// <exception cref="ObjectDisposedException">They are cleared.</exception>
    public Memory<byte> Memory => Bytes;

    /// <summary>How many bytes there are.</summary>
    /// <exception cref="ObjectDisposedException">They are cleared.</exception>
    public int Length => Bytes.Length;

    private byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(SecretBytes));

    /// <summary>The UTF-8 of a text. The text itself is a string and cannot be cleared.</summary>
    public static SecretBytes Utf8(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A copy.</summary>
    public static SecretBytes Copy(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Says nothing of the bytes.</summary>
    public override string ToString() => nameof(SecretBytes);

    /// <summary>Overwrites the bytes with zeros. More than once does no harm.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = null;
    }
}

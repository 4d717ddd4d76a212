using System.Security.Cryptography;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Bytes that must not stay in memory: values, key material, contents of boxes. Disposing overwrites them. Code that creates an instance,
/// or gets one as a result, must dispose it. Code that gets one as an argument only reads it.
/// </summary>
/// <remarks>
/// This shortens the time in which a memory dump shows the bytes. It does not erase strings, buffers of the framework, or copies that
/// the garbage collector left behind when it moved the array (SECURITY.md).
/// </remarks>
public sealed class SecretBytes : IDisposable
{
    /// <summary>Called for every instance that is created in the same asynchronous flow. Null unless tests set it.</summary>
    internal static AsyncLocal<Action<SecretBytes>?>? Watch;

    private byte[]? _bytes;

    /// <summary>Creates zeros, to be filled through <see cref="Span"/>.</summary>
    public SecretBytes(int length)
        : this(new byte[length]) { }

    /// <summary>Takes over an array that a library made. No other code may keep a reference to it.</summary>
    public SecretBytes(byte[] bytes)
    {
        _bytes = bytes;
        Watch?.Value?.Invoke(this);
    }

    /// <summary>The bytes.</summary>
    /// <exception cref="ObjectDisposedException">The bytes are cleared.</exception>
    public Span<byte> Span => Bytes;

    /// <summary>The bytes, for asynchronous code. A returned value shows zeros after this instance is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The bytes are cleared.</exception>
    public Memory<byte> Memory => Bytes;

    /// <summary>The number of bytes.</summary>
    /// <exception cref="ObjectDisposedException">The bytes are cleared.</exception>
    public int Length => Bytes.Length;

    private byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(SecretBytes));

    /// <summary>The UTF-8 of a text. The text itself is a string and cannot be cleared.</summary>
    public static SecretBytes Utf8(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>A copy.</summary>
    public static SecretBytes Copy(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Shows nothing of the bytes.</summary>
    public override string ToString() => nameof(SecretBytes);

    /// <summary>Overwrites the bytes with zeros. May be called more than once.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _bytes = null;
    }
}

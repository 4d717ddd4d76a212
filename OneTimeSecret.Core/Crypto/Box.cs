using System.Buffers.Binary;
using System.Security.Cryptography;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// AES-256-GCM with a random nonce. Everything that is sealed is sealed this way (docs/crypto-format.md).
/// Layout: mark (4) ‖ nonce (12) ‖ key id (4, big endian) ‖ ciphertext ‖ tag (16).
/// </summary>
/// <remarks>
/// A random 96-bit nonce is safe for 2^32 boxes per key (NIST SP 800-38D, section 8.3). An inner key seals one box. The boxes of a root
/// are counted, and from 2^31 on the operator is told to rotate (<c>SealCounter</c>). The mark and the nonce are not encrypted, so that
/// leftovers can be found in raw files.
/// </remarks>
internal static class Box
{
    /// <summary>Bytes that a box adds to its plaintext.</summary>
    public const int Overhead = HeaderLength + TagLength;

    /// <summary>Length of mark and nonce, which together identify a box.</summary>
    public const int NameLength = 4 + NonceLength;

    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = NameLength + 4;

    /// <summary>The first four bytes of every box. They are not valid UTF-8, so no text contains them.</summary>
    public static ReadOnlySpan<byte> Mark => [0xF5, 0x4F, 0x54, 0xFF];

    /// <summary>The id of the key that sealed the box: a root of the key ring, or 0 when the key comes from a link.</summary>
    /// <exception cref="BrokenBoxException">The bytes are not a box.</exception>
    public static uint KeyId(ReadOnlySpan<byte> box, string purpose) =>
        box.Length >= Overhead && box.StartsWith(Mark)
            ? BinaryPrimitives.ReadUInt32BigEndian(box[NameLength..])
            : throw new BrokenBoxException(purpose);

    internal static byte[] Seal(ReadOnlySpan<byte> key, uint keyId, in BoxContext context, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        return Seal(key, keyId, context, plaintext, nonce);
    }

    /// <summary>Seals with a given nonce. Only tests of frozen vectors choose it, because a nonce must never be used twice.</summary>
    internal static byte[] Seal(
        ReadOnlySpan<byte> key, uint keyId, in BoxContext context, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> nonce)
    {
        var box = new byte[Overhead + plaintext.Length];
        Mark.CopyTo(box);
        nonce.CopyTo(box.AsSpan(Mark.Length));
        BinaryPrimitives.WriteUInt32BigEndian(box.AsSpan(NameLength), keyId);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, box.AsSpan(HeaderLength, plaintext.Length), box.AsSpan(box.Length - TagLength),
            context.AssociatedData(keyId));
        return box;
    }

    internal static SecretBytes Open(ReadOnlySpan<byte> key, in BoxContext context, ReadOnlySpan<byte> box)
    {
        var keyId = KeyId(box, context.Purpose);
        using var aes = new AesGcm(key, TagLength);
        var plaintext = new SecretBytes(box.Length - Overhead);
        try
        {
            aes.Decrypt(box[Mark.Length..NameLength], box[HeaderLength..^TagLength], box[^TagLength..], plaintext.Span,
                context.AssociatedData(keyId));
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            plaintext.Dispose();
            throw new BrokenBoxException(context.Purpose);
        }
    }
}

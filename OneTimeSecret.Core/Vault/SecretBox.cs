using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Vault;

/// <summary>
/// The two nested boxes of a secret. The inner one opens with the link (and the passphrase), the outer one with the server's key. Both
/// keys are needed, so neither a stolen disk nor a stolen list of links is enough (docs/crypto-format.md).
/// </summary>
internal static class SecretBox
{
    private const string OuterPurpose = "secret-outer";
    private const string InnerPurpose = "secret-inner";
    private const int PaddingStep = 64;

    /// <summary>Seals a value. <paramref name="passphrase"/> and <paramref name="stretched"/> are both given or both null.</summary>
    public static byte[] Seal(
        KeyRing ring, SecretKey key, SecretPlace place, ReadOnlySpan<byte> value, Passphrase? passphrase, SecretBytes? stretched)
    {
        using var innerKey = InnerKey(key, stretched);
        var inner = Box.Seal(innerKey.Span, 0, place.Inner, value);
        using var contents = Contents.Encode(passphrase, inner);
        return ring.Seal(place.Outer, contents.Span);
    }

    /// <summary>Opens the outer box with the server's key.</summary>
    public static Contents OpenOuter(KeyRing ring, SecretPlace place, ReadOnlySpan<byte> box) => new(ring.Open(place.Outer, box));

    /// <summary>Opens the inner box with the link and, if one is set, the stretched passphrase. Returns the value.</summary>
    public static SecretBytes OpenInner(SecretKey key, SecretPlace place, Contents contents, SecretBytes? stretched)
    {
        using var innerKey = InnerKey(key, stretched);
        return Box.Open(innerKey.Span, place.Inner, contents.Inner);
    }

    private static SecretBytes InnerKey(SecretKey key, SecretBytes? stretched)
    {
        // Both parts have a fixed length, and the label says whether there is a second part. So no two inputs share an encoding.
        using var link = key.Material();
        using var material = new SecretBytes(link.Length + (stretched?.Length ?? 0));
        link.Span.CopyTo(material.Span);
        stretched?.Span.CopyTo(material.Span[link.Length..]);
        var label = stretched is null ? "ots/v1/inner/link"u8 : "ots/v1/inner/link+passphrase"u8;
        var derived = new SecretBytes(32);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material.Span, derived.Span, salt: [], info: label);
        return derived;
    }

    /// <summary>The place that the boxes of a secret are bound to.</summary>
    internal readonly record struct SecretPlace(byte[] SecretId, byte[] ReceiptId, Guid? Owner, DateTimeOffset Expires)
    {
        public BoxContext Inner => new(InnerPurpose, SecretId, Owner);

        public BoxContext Outer => new(OuterPurpose, SecretId, Owner, ReceiptId, Expires);
    }

    /// <summary>
    /// The plaintext of the outer box: kind (1 byte: 0 without passphrase, 1 with a passphrase as typed, 2 with a normalized one) ‖
    /// [verifier (60) ‖ iterations (4) ‖ salt (16)] ‖ length of the inner box (4) ‖ inner box ‖ zeros up to a multiple of 64. The padding
    /// hides the exact size of short values.
    /// </summary>
    internal sealed class Contents(SecretBytes plaintext) : IDisposable
    {
        private const byte WithoutPassphrase = 0, WithTypedPassphrase = 1, WithNormalizedPassphrase = 2;
        private const int PassphraseLength = Passphrase.VerifierLength + 4 + Passphrase.SaltLength;

        // The box was authenticated, so this program wrote the contents. A wrong length is a bug, and slicing throws.

        /// <summary>The stored data of the passphrase. Null: there is none.</summary>
        public Passphrase? Passphrase
        {
            get
            {
                var kind = plaintext.Span[0];
                var rest = plaintext.Span[1..];
                if (kind == WithoutPassphrase)
                    return null;
                return new Passphrase(
                    Encoding.ASCII.GetString(rest[..Passphrase.VerifierLength]),
                    BinaryPrimitives.ReadInt32BigEndian(rest[Passphrase.VerifierLength..]),
                    rest.Slice(Passphrase.VerifierLength + 4, Passphrase.SaltLength).ToArray(),
                    IsNormalized: kind == WithNormalizedPassphrase);
            }
        }

        /// <summary>The inner box.</summary>
        public ReadOnlySpan<byte> Inner
        {
            get
            {
                var rest = plaintext.Span[(plaintext.Span[0] == WithoutPassphrase ? 1 : 1 + PassphraseLength)..];
                return rest.Slice(4, BinaryPrimitives.ReadInt32BigEndian(rest));
            }
        }

        public static SecretBytes Encode(Passphrase? passphrase, ReadOnlySpan<byte> inner)
        {
            var length = 1 + (passphrase is null ? 0 : PassphraseLength) + 4 + inner.Length;
            var bytes = new SecretBytes((length + PaddingStep - 1) / PaddingStep * PaddingStep);
            var rest = bytes.Span[1..];
            if (passphrase is not null)
            {
                bytes.Span[0] = passphrase.IsNormalized ? WithNormalizedPassphrase : WithTypedPassphrase;
                Encoding.ASCII.GetBytes(passphrase.Verifier, rest);
                BinaryPrimitives.WriteInt32BigEndian(rest[Passphrase.VerifierLength..], passphrase.Iterations);
                passphrase.Salt.CopyTo(rest[(Passphrase.VerifierLength + 4)..]);
                rest = rest[PassphraseLength..];
            }
            BinaryPrimitives.WriteInt32BigEndian(rest, inner.Length);
            inner.CopyTo(rest[4..]);
            return bytes;
        }

        public void Dispose() => plaintext.Dispose();
    }
}

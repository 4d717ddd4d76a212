using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Vault;

/// <summary>
/// The two boxes of a secret, one in the other: the inner opens with the link (and the passphrase), the outer with the server's
/// key. Both are needed, so neither a stolen disk nor a stolen link database is enough (docs/crypto-format.md).
/// </summary>
internal static class SecretBox
{
    private const string OuterPurpose = "secret-outer";
    private const string InnerPurpose = "secret-inner";
    private const int PaddingStep = 64;

    /// <summary>Seals a value. <paramref name="passphrase"/> and <paramref name="stretched"/> are both given or both null.</summary>
    public static byte[] Seal(
        KeyRing ring, SecretKey key, SecretPlace place, ReadOnlySpan<byte> value, Passphrase? passphrase, byte[]? stretched)
    {
        var innerKey = InnerKey(key, stretched);
        try
        {
            var inner = Box.Seal(innerKey, 0, place.Inner, value);
            return ring.Seal(place.Outer, new Contents(passphrase, inner).Encode());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(innerKey);
        }
    }

    /// <summary>Opens the outer box with the server's key.</summary>
    public static Contents OpenOuter(KeyRing ring, SecretPlace place, ReadOnlySpan<byte> box) =>
        Contents.Decode(ring.Open(place.Outer, box));

    /// <summary>Opens the inner box with the link and, where one is set, the stretched passphrase: the value.</summary>
    public static byte[] OpenInner(SecretKey key, SecretPlace place, Contents contents, byte[]? stretched)
    {
        var innerKey = InnerKey(key, stretched);
        try
        {
            return Box.Open(innerKey, place.Inner, contents.Inner);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(innerKey);
        }
    }

    private static byte[] InnerKey(SecretKey key, byte[]? stretched)
    {
        // Both parts have a fixed length, and the label says whether there is a second one: no two inputs share an encoding.
        byte[] material = [.. key.Material(), .. stretched ?? []];
        var label = stretched is null ? "ots/v1/inner/link"u8 : "ots/v1/inner/link+passphrase"u8;
        var derived = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material, derived, salt: [], info: label);
        CryptographicOperations.ZeroMemory(material);
        return derived;
    }

    /// <summary>Where a secret's boxes belong.</summary>
    internal readonly record struct SecretPlace(byte[] SecretId, byte[] ReceiptId, Guid? Owner, DateTimeOffset Expires)
    {
        public BoxContext Inner => new(InnerPurpose, SecretId, Owner);

        public BoxContext Outer => new(OuterPurpose, SecretId, Owner, ReceiptId, Expires);
    }

    /// <summary>
    /// The outer box's plaintext: kind (1: 0 without, 1 with passphrase) ‖ [verifier (60) ‖ iterations (4) ‖ salt (16)] ‖
    /// length of the inner box (4) ‖ inner box ‖ zeros up to a multiple of 64. The padding blurs the size of short values.
    /// </summary>
    internal sealed record Contents(Passphrase? Passphrase, byte[] Inner)
    {
        private const int PassphraseLength = Passphrase.VerifierLength + 4 + Passphrase.SaltLength;

        public byte[] Encode()
        {
            var length = 1 + (Passphrase is null ? 0 : PassphraseLength) + 4 + Inner.Length;
            var bytes = new byte[(length + PaddingStep - 1) / PaddingStep * PaddingStep];
            var rest = bytes.AsSpan(1);
            if (Passphrase is not null)
            {
                bytes[0] = 1;
                Encoding.ASCII.GetBytes(Passphrase.Verifier, rest);
                BinaryPrimitives.WriteInt32BigEndian(rest[Passphrase.VerifierLength..], Passphrase.Iterations);
                Passphrase.Salt.CopyTo(rest[(Passphrase.VerifierLength + 4)..]);
                rest = rest[PassphraseLength..];
            }
            BinaryPrimitives.WriteInt32BigEndian(rest, Inner.Length);
            Inner.CopyTo(rest[4..]);
            return bytes;
        }

        public static Contents Decode(ReadOnlySpan<byte> bytes)
        {
            // The box was authenticated, so the form is ours: a wrong length here is a bug, and the slices say so.
            var rest = bytes[1..];
            Passphrase? passphrase = null;
            if (bytes[0] == 1)
            {
                passphrase = new Passphrase(
                    Encoding.ASCII.GetString(rest[..Passphrase.VerifierLength]),
                    BinaryPrimitives.ReadInt32BigEndian(rest[Passphrase.VerifierLength..]),
                    rest.Slice(Passphrase.VerifierLength + 4, Passphrase.SaltLength).ToArray());
                rest = rest[PassphraseLength..];
            }
            return new Contents(passphrase, rest.Slice(4, BinaryPrimitives.ReadInt32BigEndian(rest)).ToArray());
        }
    }
}

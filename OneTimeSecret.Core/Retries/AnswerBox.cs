using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Retries;

/// <summary>
/// The two nested boxes of a kept answer, as those of a secret (<see cref="SecretBox"/>). The inner one opens with the link, the
/// passphrase if one was set, and the asker's proof. So a repeated request needs all that the first one needed, and the proof besides.
/// </summary>
internal static class AnswerBox
{
    /// <summary>Seals a value. <paramref name="passphrase"/> and <paramref name="stretched"/> are both given or both null.</summary>
    public static byte[] Seal(
        KeyRing ring, SecretKey key, RetryProof proof, AnswerPlace place, ReadOnlySpan<byte> value, Passphrase? passphrase,
        SecretBytes? stretched)
    {
        using var innerKey = InnerKey(key, proof, stretched);
        var inner = Box.Seal(innerKey.Span, 0, place.Inner, value);
        using var contents = SecretBox.Contents.Encode(passphrase, inner);
        return ring.Seal(place.Outer, contents.Span);
    }

    /// <summary>Opens the outer box with the server's key.</summary>
    public static SecretBox.Contents OpenOuter(KeyRing ring, AnswerPlace place, ReadOnlySpan<byte> box) =>
        new(ring.Open(place.Outer, box));

    /// <summary>Opens the inner box and returns the value.</summary>
    public static SecretBytes OpenInner(
        SecretKey key, RetryProof proof, AnswerPlace place, SecretBox.Contents contents, SecretBytes? stretched)
    {
        using var innerKey = InnerKey(key, proof, stretched);
        return Box.Open(innerKey.Span, place.Inner, contents.Inner);
    }

    private static SecretBytes InnerKey(SecretKey key, RetryProof proof, SecretBytes? stretched)
    {
        // Link and stretched passphrase have a fixed length, the label says whether there is a passphrase, and only the last part, the
        // proof, has a length of its own. So no two inputs share an encoding.
        using var link = key.Material();
        using var last = proof.Material();
        var middle = stretched?.Length ?? 0;
        using var material = new SecretBytes(link.Length + middle + last.Length);
        link.Span.CopyTo(material.Span);
        stretched?.Span.CopyTo(material.Span[link.Length..]);
        last.Span.CopyTo(material.Span[(link.Length + middle)..]);
        var label = stretched is null ? "ots/v1/answer/link+proof"u8 : "ots/v1/answer/link+passphrase+proof"u8;
        var derived = new SecretBytes(32);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, material.Span, derived.Span, salt: [], info: label);
        return derived;
    }
}

/// <summary>The place that the boxes of a kept answer are bound to.</summary>
internal readonly record struct AnswerPlace(byte[] SecretId, byte[] ReceiptId, Guid? Owner, DateTimeOffset Until)
{
    public BoxContext Inner => new("answer-inner", SecretId, Owner, null, Until);

    public BoxContext Outer => new("answer-outer", SecretId, Owner, ReceiptId, Until);
}

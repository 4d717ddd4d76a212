using System.Buffers.Text;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// What lets an address out of mails with links, and in again: base64url of its hash and of an HMAC of that under the server's key.
/// It names nobody, only the server makes one, and it works as long as the key ring lives, whichever mail it stood in.
/// </summary>
internal sealed class OptOutToken
{
    private const string Purpose = "opt-out";
    private const int HashLength = 32;

    private OptOutToken(byte[] recipientHash, KeyRing ring)
    {
        RecipientHash = recipientHash;
        Text = Base64Url.EncodeToString([.. recipientHash, .. ring.Hash(Purpose, recipientHash)]);
    }

    /// <summary><see cref="EmailAddress.Hash"/> of the address: all that the database has of it.</summary>
    public byte[] RecipientHash { get; }

    /// <summary>As it stands in a link, 86 characters.</summary>
    public string Text { get; }

    /// <summary>The token of an address.</summary>
    public static OptOutToken Of(EmailAddress recipient, KeyRing ring) => new(recipient.Hash(ring), ring);

    /// <summary>The token in <paramref name="text"/>, or null when this server did not make it.</summary>
    public static OptOutToken? Parse(string text, KeyRing ring)
    {
        var bytes = new byte[2 * HashLength];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != bytes.Length)
            return null;
        var hash = bytes[..HashLength];
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(HashLength), ring.Hash(Purpose, hash)) ? new(hash, ring) : null;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// What lets an address out of mails with links, and in again: base64url of its hash and of an HMAC of that under the server's key.
/// It names nobody, only the server makes one, and it works as long as the key ring lives, whichever mail it stood in.
/// </summary>
internal static class OptOutToken
{
    private const string Purpose = "opt-out";
    private const int HashLength = 32;

    /// <summary>The token of an address as it stands in a link, 86 characters.</summary>
    public static string Of(EmailAddress recipient, KeyRing ring)
    {
        var hash = recipient.Hash(ring);
        return Base64Url.EncodeToString([.. hash, .. ring.Hash(Purpose, hash)]);
    }

    /// <summary>
    /// The hash of the address (<see cref="EmailAddress.Hash"/>, all that the database has of it) that the token in
    /// <paramref name="text"/> is for, or null when this server did not make it.
    /// </summary>
    public static byte[]? Parse(string text, KeyRing ring)
    {
        var bytes = new byte[2 * HashLength];
        if (text.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.TryDecodeFromChars(text, bytes, out var length)
            || length != bytes.Length)
            return null;
        var hash = bytes[..HashLength];
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(HashLength), ring.Hash(Purpose, hash)) ? hash : null;
    }
}

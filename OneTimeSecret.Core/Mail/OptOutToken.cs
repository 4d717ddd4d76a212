using System.Buffers.Text;
using System.Security.Cryptography;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// The token by which an address opts out of mails with links, and in again: base64url of the address's hash and of an HMAC of that hash
/// under the server's key. It does not reveal the address, nobody else can create it, and it is valid as long as the key ring exists.
/// </summary>
internal static class OptOutToken
{
    private const string Purpose = "opt-out";
    private const int HashLength = 32;

    /// <summary>The token of an address, 86 characters that are safe in a URL.</summary>
    public static string Of(EmailAddress recipient, KeyRing ring)
    {
        var hash = recipient.Hash(ring);
        return Base64Url.EncodeToString([.. hash, .. ring.Hash(Purpose, hash)]);
    }

    /// <summary>
    /// The hash of the address that the token in <paramref name="text"/> is for. The database knows the address only by this hash
    /// (<see cref="EmailAddress.Hash"/>). Null: this server did not issue the token.
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

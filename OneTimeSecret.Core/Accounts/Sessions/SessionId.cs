using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>
/// The id in a session's cookie: 256 random bits as base64url. Only a keyed hash over account id and session id is stored, so a row that
/// is moved to another account matches no cookie.
/// </summary>
internal static class SessionId
{
    private const int Length = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length));

    public static byte[] Hash(KeyRing ring, Guid accountId, string id) =>
        ring.Hash("session", accountId.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes(id));
}

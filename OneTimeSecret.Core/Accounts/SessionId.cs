using System.Buffers.Text;
using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Accounts;

/// <summary>The id in a session's cookie: 256 random bits as base64url. Only its keyed hash is stored.</summary>
internal static class SessionId
{
    private const int Length = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Length));

    public static byte[] Hash(KeyRing ring, string id) => ring.Hash("session", id);
}

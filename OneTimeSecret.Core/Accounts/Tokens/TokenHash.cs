using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>The stored form of a token. It includes the account's id, so that a row moved to another account is useless.</summary>
internal static class TokenHash
{
    public static byte[] Of(KeyRing ring, Guid accountId, string token) =>
        ring.Hash("api-token", accountId.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes(token));
}

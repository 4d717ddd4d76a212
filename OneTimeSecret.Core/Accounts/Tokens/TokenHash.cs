using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>The one form in which a token is stored. The account's id is in it, so that a row moved to another account opens
/// nothing.</summary>
internal static class TokenHash
{
    public static byte[] Of(KeyRing ring, Guid accountId, string token) =>
        ring.Hash("api-token", accountId.ToByteArray(bigEndian: true), Encoding.UTF8.GetBytes(token));
}

using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// The server's own word for a passkey. A public key alone opens an account to whoever can write it into the account's rows; with
/// this mark beside it, only a key counts that the server itself has taken, for this account and under this credential.
/// </summary>
/// <remarks>It stands where Identity keeps the authenticator's attestation, which is not asked for and proves nothing later.</remarks>
internal static class PasskeyMark
{
    public static byte[] Of(KeyRing ring, Guid accountId, byte[] credentialId, byte[] publicKey) =>
        ring.Hash("passkey", accountId.ToByteArray(bigEndian: true), credentialId, publicKey);
}

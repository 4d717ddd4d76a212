using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// The server's MAC over a passkey: a keyed hash of account id, credential id and public key. Without it, an attacker who can write to the
/// database could add their own public key to an account. The server accepts only a key whose mark it made for this account and credential.
/// </summary>
/// <remarks>The mark is stored where Identity stores the attestation, which this server does not request.</remarks>
internal static class PasskeyMark
{
    public static byte[] Of(KeyRing ring, Guid accountId, byte[] credentialId, byte[] publicKey) =>
        ring.Hash("passkey", accountId.ToByteArray(bigEndian: true), credentialId, publicKey);
}

using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Makes receipts for tests that use only the id, the owner and the sealed columns.</summary>
internal static class SealedReceipt
{
    public static StoredReceipt Of(byte[] id, Guid? owner) => new()
    {
        Id = id,
        OwnerId = owner,
        Kind = SecretKind.Shared,
        State = ReceiptState.New,
        Created = default,
        Updated = default,
        Ttl = 60,
        SecretExpires = default,
        Expires = default,
        HasPassphrase = false,
        Recipients = [],
        ShareDomain = "",
    };
}

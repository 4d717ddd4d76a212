using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>Receipts of which only the id, the owner and the sealed columns matter.</summary>
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

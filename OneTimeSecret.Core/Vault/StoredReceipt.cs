using System.Text;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Vault;

/// <summary>What the creator may know about a secret. A receipt lives twice the secret's lifetime and is never extended.</summary>
public sealed class StoredReceipt
{
    /// <summary>Lookup hash of the metadata key, 32 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>
    /// The account whose history lists the receipt. Null: none. <see cref="SealedMetadataKey"/> is bound to it, whereas
    /// the secret's boxes are bound to <see cref="MakerId"/>. <c>PurgeAccounts</c> takes the owner from adopted receipts, and must then
    /// clear every column that only the owner sets.
    /// </summary>
    public required Guid? OwnerId { get; init; }

    /// <summary>
    /// Whether the receipt was made anonymously and adopted by its owner later (<c>AdoptReceipt</c>). The secret's boxes are still bound
    /// to no owner, because only the link opens them.
    /// </summary>
    public bool Adopted { get; init; }

    /// <summary>Where the value came from.</summary>
    public required SecretKind Kind { get; init; }

    /// <summary>The stored state. After expiry it stays New until the purge. Orphaned is also derived, from a New receipt
    /// without its secret.</summary>
    public required ReceiptState State { get; set; }

    /// <summary>When the secret was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed.</summary>
    public required DateTimeOffset Updated { get; set; }

    /// <summary>
    /// When the page of the link was first opened, by a person or a program. Null: never, or not recorded. Does not count as a change.
    /// </summary>
    public DateTimeOffset? LookedAt { get; set; }

    /// <summary>The lifetime granted to the secret, in seconds.</summary>
    public required int Ttl { get; init; }

    /// <summary>When the secret expires.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>When this receipt expires.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients, in order.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>HMAC of the first recipient's address, for exact search; null when there is none.</summary>
    public byte[]? RecipientHash { get; init; }

    /// <summary>The share domain, "" when none.</summary>
    public required string ShareDomain { get; init; }

    /// <summary>The secret key, sealed under the metadata key. Null once the secret was revealed, burned or purged.</summary>
    public byte[]? SealedSecretKey { get; set; }

    /// <summary>The metadata key, sealed under the server's key, for the list of recent receipts. Null for anonymous receipts.</summary>
    public byte[]? SealedMetadataKey { get; set; }

    /// <summary>When to warn the owner that the secret expires unread. Null: never, or no longer.</summary>
    public DateTimeOffset? WarnAt { get; set; }

    /// <summary>The owner that the boxes of the secret are bound to.</summary>
    internal Guid? MakerId => Adopted ? null : OwnerId;

    internal BoxContext SecretKeyPlace => new("receipt-secret-key", Id, MakerId);

    internal BoxContext MetadataKeyPlace => MetadataKeyPlaceOf(Id, OwnerId);

    internal static BoxContext MetadataKeyPlaceOf(byte[] id, Guid? owner) => new("receipt-metadata-key", id, owner);

    /// <summary>The first 8 characters of the lookup hash. They name a receipt to people and in the log, and open nothing.</summary>
    internal static string ShortId(byte[] id) => Convert.ToHexStringLower(id.AsSpan(0, 4));

    /// <summary>Opens the secret key with the metadata key. Null: the secret is gone.</summary>
    internal SecretKey? OpenSecretKey(MetadataKey key)
    {
        if (SealedSecretKey is null)
            return null;
        using var secretKey = key.Open(SecretKeyPlace, SealedSecretKey);
        return SecretKey.Parse(Encoding.ASCII.GetString(secretKey.Span));
    }
}

/// <summary>Where a value came from.</summary>
public enum SecretKind
{
    /// <summary>Given by its creator.</summary>
    Shared,

    /// <summary>Made by the server.</summary>
    Generated,
}

/// <summary>The state of a secret.</summary>
public enum ReceiptState
{
    /// <summary>Unread.</summary>
    New,

    /// <summary>Revealed.</summary>
    Received,

    /// <summary>Destroyed unread.</summary>
    Burned,

    /// <summary>Expired unread.</summary>
    Expired,

    /// <summary>Lost in a restore: destroyed because an older copy of the database was accepted, or missing in that copy.</summary>
    Orphaned,
}

/// <summary>The names of the states.</summary>
public static class ReceiptStates
{
    /// <summary>The name on the wire, in lower case.</summary>
    public static string Name(this ReceiptState state) => state switch
    {
        ReceiptState.New => "new",
        ReceiptState.Received => "received",
        ReceiptState.Burned => "burned",
        ReceiptState.Expired => "expired",
        _ => "orphaned",
    };
}

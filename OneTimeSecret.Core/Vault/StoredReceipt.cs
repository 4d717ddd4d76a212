using System.Text;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Vault;

/// <summary>What its creator may know of a secret. Lives twice as long as the secret was granted, never extended.</summary>
public sealed class StoredReceipt
{
    /// <summary>Lookup hash of the metadata key, 32 bytes.</summary>
    public required byte[] Id { get; init; }

    /// <summary>
    /// The account in whose history it is; null: nobody's. Part of the associated data of <see cref="SealedMetadataKey"/>; the secret's
    /// boxes name <see cref="MakerId"/>. What its owner alone wrote must go when an adopted receipt goes back to nobody
    /// (<c>PurgeAccounts</c>).
    /// </summary>
    public required Guid? OwnerId { get; init; }

    /// <summary>
    /// Whether it was made anonymously and taken over by its owner later (<c>AdoptReceipt</c>): the secret's boxes, which only
    /// the link opens, still name nobody.
    /// </summary>
    public bool Adopted { get; init; }

    /// <summary>How the value came about.</summary>
    public required SecretKind Kind { get; init; }

    /// <summary>As stored: expired may still stand as new until the purge; orphaned follows from the secret's missing row.</summary>
    public required ReceiptState State { get; set; }

    /// <summary>When the secret was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed.</summary>
    public required DateTimeOffset Updated { get; set; }

    /// <summary>The lifetime granted to the secret, in seconds.</summary>
    public required int Ttl { get; init; }

    /// <summary>The end of the secret's life.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>The end of this receipt's life.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients, in order.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>HMAC of the first recipient's address, for exact search; null when there is none.</summary>
    public byte[]? RecipientHash { get; init; }

    /// <summary>The share domain, "" when none.</summary>
    public required string ShareDomain { get; init; }

    /// <summary>The secret key, sealed under the metadata key; null once the secret was revealed, burned or has expired.</summary>
    public byte[]? SealedSecretKey { get; set; }

    /// <summary>The metadata key, sealed under the server's key; null for anonymous receipts. <c>recent</c> needs it.</summary>
    public byte[]? SealedMetadataKey { get; set; }

    /// <summary>When its owner is to be warned that the secret expires unread; null: never (any more).</summary>
    public DateTimeOffset? WarnAt { get; set; }

    /// <summary>Whom the boxes of the secret name.</summary>
    internal Guid? MakerId => Adopted ? null : OwnerId;

    internal BoxContext SecretKeyPlace => new("receipt-secret-key", Id, MakerId);

    internal BoxContext MetadataKeyPlace => MetadataKeyPlaceOf(Id, OwnerId);

    internal static BoxContext MetadataKeyPlaceOf(byte[] id, Guid? owner) => new("receipt-metadata-key", id, owner);

    /// <summary>First characters of the lookup hash: names a receipt to people and in the log, and opens nothing.</summary>
    internal static string ShortId(byte[] id) => Convert.ToHexStringLower(id.AsSpan(0, 4));

    /// <summary>The key of the link, read with the metadata key; null when the secret is gone.</summary>
    internal SecretKey? OpenSecretKey(MetadataKey key)
    {
        if (SealedSecretKey is null)
            return null;
        using var secretKey = key.Open(SecretKeyPlace, SealedSecretKey);
        return SecretKey.Parse(Encoding.ASCII.GetString(secretKey.Span));
    }
}

/// <summary>How a value came about.</summary>
public enum SecretKind
{
    /// <summary>Given by its creator.</summary>
    Shared,

    /// <summary>Made by the server.</summary>
    Generated,
}

/// <summary>What became of a secret.</summary>
public enum ReceiptState
{
    /// <summary>Unread.</summary>
    New,

    /// <summary>Revealed.</summary>
    Received,

    /// <summary>Destroyed unread.</summary>
    Burned,

    /// <summary>Its time ran out unread.</summary>
    Expired,

    /// <summary>Its row is missing before its time: a restored backup.</summary>
    Orphaned,
}

/// <summary>The states' names.</summary>
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

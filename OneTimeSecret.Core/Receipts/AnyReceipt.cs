using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>What an administrator sees of any secret. It contains no key, and nothing that leads to a key.</summary>
public sealed record AnyReceipt
{
    /// <summary>Identifies the receipt for people, in mails, log and audit trail: eight hex digits of its lookup hash.</summary>
    public required string ShortId { get; init; }

    /// <summary>Identifies the receipt for <c>DestroySecret</c>: the whole lookup hash in hex, which opens nothing.</summary>
    public required string RowId { get; init; }

    /// <summary>The address of the account whose history contains the receipt; null: none.</summary>
    public required string? Owner { get; init; }

    /// <summary>What became of the secret.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>When the secret was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed. For an expired secret: its expiry.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>When the secret expires.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>Approximate size of the secret; null if it no longer exists.</summary>
    public required SecretSize? Size { get; init; }

    /// <summary>The position in the list.</summary>
    internal ReceiptPosition Position => new(Created, Convert.FromHexString(RowId));

    internal static AnyReceipt Of(StoredReceipt stored, string? owner, int? box, DateTimeOffset now)
    {
        var state = Receipt.StateOf(stored.State, stored.SecretExpires, box is not null, now);
        return new AnyReceipt
        {
            ShortId = StoredReceipt.ShortId(stored.Id),
            RowId = Convert.ToHexStringLower(stored.Id),
            Owner = owner,
            State = state,
            Created = stored.Created,
            Updated = state == ReceiptState.Expired ? stored.SecretExpires : stored.Updated,
            SecretExpires = stored.SecretExpires,
            HasPassphrase = stored.HasPassphrase,
            Recipients = stored.Recipients,
            Size = state != ReceiptState.New || box is null ? null
                : box < 1024 ? SecretSize.Small : box < 16 * 1024 ? SecretSize.Medium : SecretSize.Large,
        };
    }
}

/// <summary>Approximate size of a stored secret, by the length of its box.</summary>
public enum SecretSize
{
    /// <summary>Less than 1 KiB, for example a password or a key.</summary>
    Small,

    /// <summary>Less than 16 KiB, for example a note or a certificate.</summary>
    Medium,

    /// <summary>16 KiB or more.</summary>
    Large,
}

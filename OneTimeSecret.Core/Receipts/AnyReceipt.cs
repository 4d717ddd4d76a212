using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>What an administrator sees of anybody's secret: neither a key nor anything that leads to one.</summary>
public sealed record AnyReceipt
{
    /// <summary>Names it to people, in mails, in the log and in the audit trail: eight characters of its lookup hash.</summary>
    public required string ShortId { get; init; }

    /// <summary>Names it to <c>DestroySecret</c>: the whole lookup hash, which opens nothing.</summary>
    public required string RowId { get; init; }

    /// <summary>The address of the account whose history it is in; null for nobody's.</summary>
    public required string? Owner { get; init; }

    /// <summary>What became of the secret.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>When it was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed; for an expired secret its expiry.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>The end of the secret's life.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>About how large it is; null when it is gone.</summary>
    public required SecretSize? Size { get; init; }

    /// <summary>Its place in the list.</summary>
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

/// <summary>About how large a stored secret is.</summary>
public enum SecretSize
{
    /// <summary>Less than 1 kB: a password, a key.</summary>
    Small,

    /// <summary>Less than 16 kB: a note, a certificate.</summary>
    Medium,

    /// <summary>More.</summary>
    Large,
}

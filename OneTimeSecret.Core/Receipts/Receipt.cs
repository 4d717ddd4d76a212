using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>What the holder of a metadata key sees of a secret, at one point in time.</summary>
public sealed record Receipt
{
    /// <summary>The key of this receipt.</summary>
    public required string MetadataKey { get; init; }

    /// <summary>The key of the link while the secret is unread, otherwise null. Always null in lists.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The owner's address. Null: none, or an adopted receipt that was read by its key.</summary>
    public string? OwnerEmail { get; init; }

    /// <summary>Whether its owner adopted an anonymous receipt. They have only the rights of a holder of the metadata key.</summary>
    public bool Adopted { get; init; }

    /// <summary>The state of the secret.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>When the secret was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed. For an expired secret: its expiry. For a received secret: the time of the reveal.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>When the page of the link was first opened, by a person or a program. Null: never. The API does not show it.</summary>
    public DateTimeOffset? LookedAt { get; init; }

    /// <summary>The granted lifetime in seconds.</summary>
    public required int Ttl { get; init; }

    /// <summary>Seconds until the secret expires; null if it no longer exists.</summary>
    public int? SecretTtl { get; init; }

    /// <summary>Seconds until this receipt expires.</summary>
    public required int ReceiptTtl { get; init; }

    /// <summary>When the secret expires.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The share domain; "" if none.</summary>
    public required string ShareDomain { get; init; }

    /// <summary>The state of the mail to the first recipient; null if there was none, and in lists.</summary>
    public MailState? Mail { get; init; }

    /// <summary>Number of wrong passphrases on reveal in the secret's whole life. Lifting a lock does not lower it.</summary>
    public int WrongTries { get; init; }

    /// <summary>
    /// Until when revealing is locked for everybody; null: not locked. After too many wrong passphrases in the whole life of the secret,
    /// this is later than <see cref="SecretExpires"/>: the lock lasts until it is lifted.
    /// </summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whether revealing is locked for a single client or for everybody.</summary>
    public bool AnyLocked { get; init; }

    /// <summary>How many times the locks may still be lifted; always 0 without a passphrase and in lists.</summary>
    public int LiftsLeft { get; init; }

    /// <summary>Whether <c>LiftLock</c> would lift a lock.</summary>
    public bool CanLift => AnyLocked && LiftsLeft > 0;

    /// <summary>Does not contain the keys.</summary>
    public override string ToString() => $"Receipt {State}";

    /// <summary>The receipt of <paramref name="stored"/> at the time <paramref name="now"/>.</summary>
    /// <param name="stored">The row of the receipt.</param>
    /// <param name="key">The metadata key.</param>
    /// <param name="secretExists">Whether the secret's row is still there.</param>
    /// <param name="ownerEmail">The owner's address; null: none.</param>
    /// <param name="now">The time.</param>
    internal static Receipt Of(StoredReceipt stored, string key, bool secretExists, string? ownerEmail, DateTimeOffset now)
    {
        var state = StateOf(stored.State, stored.SecretExpires, secretExists, now);
        return new Receipt
        {
            MetadataKey = key,
            OwnerEmail = ownerEmail,
            Adopted = stored.Adopted,
            State = state,
            Created = stored.Created,
            Updated = state == ReceiptState.Expired ? stored.SecretExpires : stored.Updated,
            LookedAt = stored.LookedAt,
            Ttl = stored.Ttl,
            SecretTtl = state == ReceiptState.New ? SecondsUntil(stored.SecretExpires, now) : null,
            ReceiptTtl = SecondsUntil(stored.Expires, now),
            SecretExpires = stored.SecretExpires,
            HasPassphrase = stored.HasPassphrase,
            Recipients = stored.Recipients,
            ShareDomain = stored.ShareDomain,
        };
    }

    /// <summary>The state of a secret, from the stored state and the time.</summary>
    internal static ReceiptState StateOf(ReceiptState stored, DateTimeOffset secretExpires, bool secretExists, DateTimeOffset now) =>
        (stored, expired: secretExpires <= now, secretExists) switch
        {
            (ReceiptState.New, expired: true, _) => ReceiptState.Expired,
            (ReceiptState.New, expired: false, secretExists: false) => ReceiptState.Orphaned,
            var (kept, _, _) => kept,
        };

    private static int SecondsUntil(DateTimeOffset end, DateTimeOffset now) => (int)Math.Max(0, Math.Ceiling((end - now).TotalSeconds));
}

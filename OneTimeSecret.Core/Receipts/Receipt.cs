using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>What the holder of a metadata key sees of a secret, at one instant.</summary>
public sealed record Receipt
{
    /// <summary>The key of this receipt.</summary>
    public required string MetadataKey { get; init; }

    /// <summary>The key of the link while the secret is unread, else null. Never filled in lists.</summary>
    public string? SecretKey { get; init; }

    /// <summary>The owner's address, null for anonymous.</summary>
    public string? OwnerEmail { get; init; }

    /// <summary>Whether its owner took it over from nobody: of the secret he has the rights of who holds the key, and no more.</summary>
    public bool Adopted { get; init; }

    /// <summary>What became of the secret.</summary>
    public required ReceiptState State { get; init; }

    /// <summary>When the secret was concealed.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When the state last changed; for an expired secret its expiry, for a received one the time of its reveal.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>The lifetime granted, in seconds.</summary>
    public required int Ttl { get; init; }

    /// <summary>Seconds left of the secret; null when it no longer exists.</summary>
    public int? SecretTtl { get; init; }

    /// <summary>Seconds left of this receipt.</summary>
    public required int ReceiptTtl { get; init; }

    /// <summary>The end of the secret's life.</summary>
    public required DateTimeOffset SecretExpires { get; init; }

    /// <summary>Whether a passphrase was set.</summary>
    public required bool HasPassphrase { get; init; }

    /// <summary>Obfuscated addresses of the recipients.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>The share domain, "" when none.</summary>
    public required string ShareDomain { get; init; }

    /// <summary>What became of the mail to the first recipient; null where there was none, and in lists.</summary>
    public MailState? Mail { get; init; }

    /// <summary>Wrong passphrases on reveal in the secret's whole life; a lift does not lower them.</summary>
    public int WrongTries { get; init; }

    /// <summary>
    /// Until when revealing is locked for everybody; null: it is not. After too many wrong passphrases in all this lies beyond
    /// <see cref="SecretExpires"/>: the lock lasts until it is lifted.
    /// </summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whether anybody is locked out of revealing: a single client, or everybody.</summary>
    public bool AnyLocked { get; init; }

    /// <summary>How often the locks may still be lifted; 0 where there is no passphrase, and in lists.</summary>
    public int LiftsLeft { get; init; }

    /// <summary>Whether <c>LiftLock</c> would lift something.</summary>
    public bool CanLift => AnyLocked && LiftsLeft > 0;

    /// <summary>Says nothing of the keys.</summary>
    public override string ToString() => $"Receipt {State}";

    /// <summary>The receipt of <paramref name="stored"/> as it stands at <paramref name="now"/>.</summary>
    /// <param name="stored">Its row.</param>
    /// <param name="key">The metadata key.</param>
    /// <param name="secretExists">Whether the secret's row is still there.</param>
    /// <param name="ownerEmail">The owner's address.</param>
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
            Ttl = stored.Ttl,
            SecretTtl = state == ReceiptState.New ? SecondsUntil(stored.SecretExpires, now) : null,
            ReceiptTtl = SecondsUntil(stored.Expires, now),
            SecretExpires = stored.SecretExpires,
            HasPassphrase = stored.HasPassphrase,
            Recipients = stored.Recipients,
            ShareDomain = stored.ShareDomain,
        };
    }

    /// <summary>What became of a secret, from what is stored and the time.</summary>
    internal static ReceiptState StateOf(ReceiptState stored, DateTimeOffset secretExpires, bool secretExists, DateTimeOffset now) =>
        (stored, expired: secretExpires <= now, secretExists) switch
        {
            (ReceiptState.New, expired: true, _) => ReceiptState.Expired,
            (ReceiptState.New, expired: false, secretExists: false) => ReceiptState.Orphaned,
            var (kept, _, _) => kept,
        };

    private static int SecondsUntil(DateTimeOffset end, DateTimeOffset now) => (int)Math.Max(0, Math.Ceiling((end - now).TotalSeconds));
}

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// A lock for an operation that decides by more than the row that it writes (docs/adr/0011). The operation acquires it before the first
/// read, so that no other operation decides by the same rows meanwhile. SQLite needs no such locks, because it has a single writer. On
/// engines with many writers it is a lock with this name until the end of the transaction.
/// </summary>
/// <param name="Kind">The kind of thing that is locked.</param>
/// <param name="Key">Which thing of that kind. Empty if there is only one.</param>
internal readonly record struct RowLock(LockKind Kind, string Key = "")
{
    /// <summary>The set of administrators.</summary>
    public static RowLock Administrators { get; } = new(LockKind.Administrators);

    /// <summary>Warnings before a secret expires, so that each owner is warned once.</summary>
    public static RowLock ExpiryWarnings { get; } = new(LockKind.ExpiryWarnings);

    /// <summary>The beginning of the audit trail, where rows are trimmed.</summary>
    public static RowLock AuditTrim { get; } = new(LockKind.AuditTrim);

    /// <summary>An e-mail address, which belongs to one account at most.</summary>
    public static RowLock Address(string normalized) => new(LockKind.Address, normalized);

    /// <summary>An account and what belongs to it.</summary>
    public static RowLock Account(Guid id) => new(LockKind.Account, id.ToString());

    /// <summary>A passkey, by its credential id.</summary>
    public static RowLock Passkey(byte[] id) => new(LockKind.Passkey, Convert.ToHexStringLower(id));

    /// <summary>A secret with its passphrase tries and its receipt, by the secret's id.</summary>
    public static RowLock Secret(byte[] id) => new(LockKind.Secret, Convert.ToHexStringLower(id));

    /// <summary>A counter of attempts to sign in, by the hash that identifies the counter.</summary>
    public static RowLock SignInTry(byte[] who) => new(LockKind.SignInTry, Convert.ToHexStringLower(who));

    /// <summary>Mails to a recipient, by the hash of the address.</summary>
    public static RowLock Recipient(byte[] hash) => new(LockKind.Recipient, Convert.ToHexStringLower(hash));

    /// <summary>Whether this lock comes before <paramref name="other"/> in the order in which all operations acquire locks.</summary>
    public bool IsBefore(RowLock other) =>
        Kind < other.Kind || (Kind == other.Kind && string.CompareOrdinal(Key, other.Key) < 0);
}

/// <summary>The kinds of locks, in the order in which operations acquire them.</summary>
internal enum LockKind
{
    /// <summary>The set of administrators.</summary>
    Administrators,

    /// <summary>Warnings before secrets expire.</summary>
    ExpiryWarnings,

    /// <summary>The beginning of the audit trail, where rows are trimmed.</summary>
    AuditTrim,

    /// <summary>An e-mail address, which belongs to one account at most.</summary>
    Address,

    /// <summary>An account and what belongs to it.</summary>
    Account,

    /// <summary>A passkey.</summary>
    Passkey,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>A counter of attempts to sign in.</summary>
    SignInTry,

    /// <summary>Mails to a recipient.</summary>
    Recipient,
}

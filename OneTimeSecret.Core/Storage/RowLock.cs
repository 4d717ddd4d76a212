namespace OneTimeSecret.Core.Storage;

/// <summary>
/// What an operation holds while it decides by more than the row that it writes (docs/adr/0011): taken before the first read, so that
/// nobody else decides by the same rows meanwhile. SQLite has one writer, who holds everything; on engines with many it is a lock of
/// that name until the end of the transaction.
/// </summary>
/// <param name="Kind">What sort of thing is held.</param>
/// <param name="Key">Which one; empty where there is one only.</param>
internal readonly record struct RowLock(LockKind Kind, string Key = "")
{
    /// <summary>Who is an administrator.</summary>
    public static RowLock Administrators { get; } = new(LockKind.Administrators);

    /// <summary>Whose secrets run out unread, so that each owner is told once.</summary>
    public static RowLock ExpiryWarnings { get; } = new(LockKind.ExpiryWarnings);

    /// <summary>The beginning of the audit trail.</summary>
    public static RowLock AuditTrim { get; } = new(LockKind.AuditTrim);

    /// <summary>Which account has an address.</summary>
    public static RowLock Address(string normalized) => new(LockKind.Address, normalized);

    /// <summary>What belongs to an account.</summary>
    public static RowLock Account(Guid id) => new(LockKind.Account, id.ToString());

    /// <summary>A passkey, by its credential's id.</summary>
    public static RowLock Passkey(byte[] id) => new(LockKind.Passkey, Convert.ToHexStringLower(id));

    /// <summary>A secret with its tries and its receipt, by the secret's id.</summary>
    public static RowLock Secret(byte[] id) => new(LockKind.Secret, Convert.ToHexStringLower(id));

    /// <summary>Tries to sign in, by the hash of whose they are.</summary>
    public static RowLock SignInTry(byte[] who) => new(LockKind.SignInTry, Convert.ToHexStringLower(who));

    /// <summary>Mails to a recipient, by the hash of the address.</summary>
    public static RowLock Recipient(byte[] hash) => new(LockKind.Recipient, Convert.ToHexStringLower(hash));

    /// <summary>Whether this comes before <paramref name="other"/> in the one order in which all operations take locks.</summary>
    public bool IsBefore(RowLock other) =>
        Kind < other.Kind || (Kind == other.Kind && string.CompareOrdinal(Key, other.Key) < 0);
}

/// <summary>Sorts of locks, in the order in which they are taken.</summary>
internal enum LockKind
{
    /// <summary>Who is an administrator.</summary>
    Administrators,

    /// <summary>Warnings of secrets that run out.</summary>
    ExpiryWarnings,

    /// <summary>The beginning of the audit trail.</summary>
    AuditTrim,

    /// <summary>Which account has an address.</summary>
    Address,

    /// <summary>What belongs to an account.</summary>
    Account,

    /// <summary>A passkey.</summary>
    Passkey,

    /// <summary>A secret.</summary>
    Secret,

    /// <summary>Tries to sign in.</summary>
    SignInTry,

    /// <summary>Mails to a recipient.</summary>
    Recipient,
}

using Microsoft.Data.Sqlite;

namespace OneTimeSecret.Core.Storage;

/// <summary>Distinguishes faults of the database engine from violated constraints.</summary>
public static class EngineFault
{
    private const int DiskFull = 13; // SQLITE_FULL
    private const int ConstraintViolated = 19; // SQLITE_CONSTRAINT

    /// <summary>
    /// Whether <paramref name="fault"/> comes from the engine (disk full, input/output, lock, memory, file gone) and not from a violated
    /// constraint. After a fault of the engine nothing of its transaction can be trusted, but a later retry may succeed.
    /// </summary>
    public static bool Is(Exception fault) =>
        Of(fault) is { SqliteErrorCode: not ConstraintViolated };

    /// <summary>
    /// Whether the disk was full. Then nothing of the transaction is in the files: SQLite writes the frame that commits it last. A sync
    /// that fails for lack of room is another fault (SQLITE_IOERR), whose outcome is unknown.
    /// </summary>
    public static bool IsDiskFull(Exception fault) => Of(fault) is { SqliteErrorCode: DiskFull };

    private static SqliteException? Of(Exception fault) => fault as SqliteException ?? fault.InnerException as SqliteException;
}

using Microsoft.Data.Sqlite;

namespace OneTimeSecret.Core.Storage;

/// <summary>Distinguishes faults of the database engine from violated constraints.</summary>
public static class EngineFault
{
    private const int ConstraintViolated = 19; // SQLITE_CONSTRAINT

    /// <summary>
    /// Whether <paramref name="fault"/> comes from the engine (disk full, input/output, lock, memory, file gone) and not from a violated
    /// constraint. After a fault of the engine nothing of its transaction can be trusted, but a later retry may succeed.
    /// </summary>
    public static bool Is(Exception fault) =>
        (fault as SqliteException ?? fault.InnerException as SqliteException) is { SqliteErrorCode: not ConstraintViolated };
}

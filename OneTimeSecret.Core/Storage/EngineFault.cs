using Microsoft.Data.Sqlite;

namespace OneTimeSecret.Core.Storage;

/// <summary>Tells faults of the database engine from broken rules.</summary>
public static class EngineFault
{
    private const int ConstraintViolated = 19; // SQLITE_CONSTRAINT

    /// <summary>
    /// Whether <paramref name="fault"/> is the engine's (disk full, input/output, lock, memory, file gone) and not a rule's (a
    /// constraint): then nothing of its transaction can be trusted, and the same request may well succeed later.
    /// </summary>
    public static bool Is(Exception fault) =>
        (fault as SqliteException ?? fault.InnerException as SqliteException) is { SqliteErrorCode: not ConstraintViolated };
}

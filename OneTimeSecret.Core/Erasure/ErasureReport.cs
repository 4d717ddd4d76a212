namespace OneTimeSecret.Core.Erasure;

/// <summary>What <see cref="VerifyErasure"/> found.</summary>
/// <param name="Files">What each file still holds of deleted rows.</param>
/// <param name="Pages">The number of pages of the database.</param>
/// <param name="FreePages">The number of pages on the free list.</param>
/// <param name="DirtyPages">The number of pages of the database file that hold something of deleted rows.</param>
/// <param name="LastErased">When the last erasure ended. Null: none is on record.</param>
/// <param name="OldestDelete">The time of the oldest delete since that erasure began. Null: there was none.</param>
public sealed record ErasureReport(
    IReadOnlyDictionary<DatabaseFile, Leftover> Files, uint Pages, uint FreePages, int DirtyPages,
    DateTimeOffset? LastErased, DateTimeOffset? OldestDelete)
{
    /// <summary>Whether the files hold nothing of deleted rows.</summary>
    public bool IsClean => Files.Values.All(file => file is { Boxes: 0, Pieces: 0 });
}

/// <summary>What a file still holds of deleted rows.</summary>
/// <param name="Boxes">The number of sealed values, recognized by mark and nonce.</param>
/// <param name="Pieces">The number of runs of bytes from a row or from the inside of a box.</param>
public sealed record Leftover(int Boxes, int Pieces);

/// <summary>The files of a database.</summary>
public enum DatabaseFile
{
    /// <summary>The database itself.</summary>
    Database,

    /// <summary>The write-ahead log.</summary>
    Wal,

    /// <summary>A rollback journal. This program makes none, but another program that opened the database may have.</summary>
    Journal,
}

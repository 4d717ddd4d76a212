namespace OneTimeSecret.Core.Erasure;

/// <summary>What <see cref="VerifyErasure"/> saw.</summary>
/// <param name="Files">What each file holds of rows that are gone.</param>
/// <param name="Pages">Pages of the database in all.</param>
/// <param name="FreePages">Pages that wait for use.</param>
/// <param name="DirtyPages">Pages in the database's file that hold something of rows that are gone.</param>
/// <param name="LastErased">When the last erasure ended; null: none has.</param>
/// <param name="OldestDelete">The oldest delete that came after that erasure began; null: none.</param>
public sealed record ErasureReport(
    IReadOnlyDictionary<DatabaseFile, Leftover> Files, uint Pages, uint FreePages, int DirtyPages,
    DateTimeOffset? LastErased, DateTimeOffset? OldestDelete)
{
    /// <summary>Whether nothing is left over.</summary>
    public bool IsClean => Files.Values.All(file => file is { Boxes: 0, Pieces: 0 });
}

/// <summary>What a file holds of rows that are gone.</summary>
/// <param name="Boxes">Sealed values, known by their names.</param>
/// <param name="Pieces">Runs of bytes that belonged to a row, or to the inside of a box.</param>
public sealed record Leftover(int Boxes, int Pieces);

/// <summary>The files of a database.</summary>
public enum DatabaseFile
{
    /// <summary>The database itself.</summary>
    Database,

    /// <summary>The write-ahead log.</summary>
    Wal,

    /// <summary>A rollback journal. The product makes none; another program that opened the database may have.</summary>
    Journal,
}

using Microsoft.EntityFrameworkCore;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Removes what deleted rows leave in the files: the WAL by a truncating checkpoint, and on request the torn pieces that stay in
/// page gaps when the B-tree is rebalanced, by writing the database anew (docs/adr/0002).
/// </summary>
public sealed class EraseDeleted(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Erases.</summary>
    /// <param name="scrub">Also write the whole database anew. Takes the write lock for as long as that lasts.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>Whether everything is gone: an open reader keeps the WAL, and then the caller comes back later.</returns>
    public async Task<ErasureOutcome> Run(bool scrub, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        if (scrub)
            await db.Database.ExecuteSqlRawAsync("VACUUM", cancellation);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        await using var row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        // An open reader is reported in the result row (busy, frames in the WAL, frames moved), not as an error.
        return row.GetInt32(0) == 0 ? ErasureOutcome.Complete : ErasureOutcome.DelayedByReader;
    }
}

/// <summary>What came of an erasure.</summary>
public enum ErasureOutcome
{
    /// <summary>The WAL is empty, the files hold live rows only.</summary>
    Complete,

    /// <summary>A reader, or another writer, kept the WAL from being emptied. Try again.</summary>
    DelayedByReader,
}

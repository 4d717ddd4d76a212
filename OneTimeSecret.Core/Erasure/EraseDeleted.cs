using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// Erases what deleted rows leave in the files (docs/erasure.md). A truncating checkpoint empties the WAL. A scrub rewrites the database,
/// which removes the pieces of rows that SQLite leaves in page gaps when it rebalances a B-tree.
/// </summary>
public sealed class EraseDeleted(
    IDbContextFactory<OtsDbContext> contexts, Leftovers leftovers, WriteQueue queue, TimeProvider time, IOptions<StorageOptions> options)
{
    /// <summary>How long a checkpoint may wait for readers. Writers are blocked meanwhile.</summary>
    private const int BusyMilliseconds = 100;

    private DateTimeOffset? _tooLargeSince;

    /// <summary>Whether there is something to erase.</summary>
    public bool IsDue => leftovers.OldestUnerased is not null || IsScrubDue(time.GetUtcNow());

    /// <summary>Erases what is due: nothing, the log, or the log with a scrub. The caller repeats this every few seconds.</summary>
    /// <remarks>
    /// A scrub is due if rows were deleted since the last scrub, and either nothing was deleted or written for
    /// <see cref="StorageOptions.ScrubQuietSeconds"/> or the oldest of these deletes is <see cref="StorageOptions.ScrubHours"/> old.
    /// </remarks>
    public async Task<ErasureRun> Run(CancellationToken cancellation)
    {
        var scrub = IsScrubDue(time.GetUtcNow());
        return scrub || leftovers.OldestUnerased is not null
            ? await Erase(scrub, cancellation)
            : new ErasureRun(ErasureOutcome.NothingDue, 0, Scrubbed: false);
    }

    /// <summary>Erases now.</summary>
    /// <param name="scrub">Whether to rewrite the whole database too, if it is not too large. The rewrite holds the write lock.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>The outcome. If a reader or another writer kept the WAL from being emptied, the caller must try again.</returns>
    public async Task<ErasureOutcome> Run(bool scrub, CancellationToken cancellation) => (await Erase(scrub, cancellation)).Outcome;

    private bool IsScrubDue(DateTimeOffset now)
    {
        var (quiet, longest) = (TimeSpan.FromSeconds(options.Value.ScrubQuietSeconds), TimeSpan.FromHours(options.Value.ScrubHours));
        return leftovers.OldestUnscrubbed is { } oldest
            && !(now - _tooLargeSince < longest) // "too large" is reported once in ScrubHours
            && (now - oldest >= longest || (now - leftovers.LastDelete >= quiet && !(now - queue.LastCall < quiet)));
    }

    private async Task<ErasureRun> Erase(bool scrub, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        await db.Database.OpenConnectionAsync(cancellation);
        var isTooLarge = scrub && await Megabytes(db, cancellation) > options.Value.ScrubMaxMegabytes;
        if (scrub)
            _tooLargeSince = isTooLarge ? time.GetUtcNow() : null;
        var begun = leftovers.Now();
        if (scrub && !isTooLarge)
        {
            await db.Database.ExecuteSqlRawAsync("VACUUM", cancellation);
            leftovers.Scrubbed(begun);
        }
        if (!await EmptyLog(db, cancellation))
            return new ErasureRun(ErasureOutcome.DelayedByReader, 0, scrub && !isTooLarge);
        return new ErasureRun(
            isTooLarge ? ErasureOutcome.TooLargeToScrub : ErasureOutcome.Complete, leftovers.Erased(begun), scrub && !isTooLarge);
    }

    /// <summary>
    /// Moves the log into the database and truncates it. False: a reader or a writer prevented this. The passive checkpoint does the work
    /// without blocking writers. The truncating one holds the write lock while it waits for readers, so its wait is short.
    /// </summary>
    private static async Task<bool> EmptyLog(OtsDbContext db, CancellationToken cancellation)
    {
        await Pragma(db, "wal_checkpoint(PASSIVE)", cancellation);
        var patience = await Pragma(db, "busy_timeout", cancellation);
        try
        {
            await Pragma(db, string.Create(CultureInfo.InvariantCulture, $"busy_timeout={BusyMilliseconds}"), cancellation);
            // SQLite reports an open reader in the result row (busy, frames in the WAL, frames moved), not as an error.
            return await Pragma(db, "wal_checkpoint(TRUNCATE)", cancellation) == 0;
        }
        finally
        {
            // The pool reuses the connection.
            await Pragma(db, string.Create(CultureInfo.InvariantCulture, $"busy_timeout={patience}"), CancellationToken.None);
        }
    }

    private static async Task<long> Megabytes(OtsDbContext db, CancellationToken cancellation) =>
        await Pragma(db, "page_count", cancellation) * await Pragma(db, "page_size", cancellation) / (1024 * 1024);

    private static async Task<long> Pragma(OtsDbContext db, string pragma, CancellationToken cancellation)
    {
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = "PRAGMA " + pragma;
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}

/// <summary>What an erasure did.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Deletes">How many deleted rows it erased. The start of the program counts as one.</param>
/// <param name="Scrubbed">Whether it rewrote the database.</param>
public sealed record ErasureRun(ErasureOutcome Outcome, int Deletes, bool Scrubbed)
{
    /// <summary>The outcome for the record of the job run.</summary>
    public JobOutcome AsRun => Outcome switch
    {
        ErasureOutcome.DelayedByReader =>
            new(Deletes, JobResult.Delayed, "A reader or another writer keeps the write-ahead log open. The next run tries again."),
        ErasureOutcome.TooLargeToScrub =>
            new(Deletes, JobResult.Delayed, "The database is too large to be scrubbed: see Storage:ScrubMaxMegabytes."),
        _ => new(Deletes),
    };
}

/// <summary>The outcome of an erasure.</summary>
public enum ErasureOutcome
{
    /// <summary>The WAL is empty and the files hold only live rows. After a scrub they hold no pieces of deleted rows either.</summary>
    Complete,

    /// <summary>A reader, or another writer, kept the WAL from being emptied. Try again.</summary>
    DelayedByReader,

    /// <summary>The WAL is empty. The database exceeds <see cref="StorageOptions.ScrubMaxMegabytes"/>, so pieces may remain.</summary>
    TooLargeToScrub,

    /// <summary>Nothing was deleted since the last erasure.</summary>
    NothingDue,
}

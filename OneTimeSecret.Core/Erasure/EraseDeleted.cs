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
    IDbContextFactory<OtsDbContext> contexts, Leftovers leftovers, WriteTransaction write, StorageRoom room, TimeProvider time,
    IOptions<StorageOptions> options)
{
    /// <summary>A scrub may take this part of the memory that the process may use, unless the setting says otherwise.</summary>
    private const int MemoryShare = 4;

    private DateTimeOffset? _obstacleSince;

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
            && !(now - _obstacleSince < longest) // an obstacle is reported once in ScrubHours
            && (now - oldest >= longest || (now - leftovers.LastDelete >= quiet && !(now - write.LastCall < quiet)));
    }

    private async Task<ErasureRun> Erase(bool scrub, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var obstacle = scrub ? Obstacle(await db.Size(cancellation)) : null;
        if (scrub)
            _obstacleSince = obstacle is null ? null : time.GetUtcNow();
        var begun = leftovers.Now();
        var scrubs = scrub && obstacle is null;
        if (scrubs)
        {
            await db.Database.ExecuteSqlRawAsync("VACUUM", cancellation);
            leftovers.Scrubbed(begun);
            await write.RunWhenRoom(Mark);
        }
        return await EmptyLog(db, cancellation)
            ? new ErasureRun(obstacle ?? ErasureOutcome.Complete, leftovers.Erased(begun), scrubs)
            : new ErasureRun(ErasureOutcome.DelayedByReader, 0, scrubs);
    }

    /// <summary>What prevents a scrub. It builds the database anew in memory, and writes all of it to the log. Null: nothing.</summary>
    private ErasureOutcome? Obstacle(StoredSize size) =>
        size.Used > (options.Value.ScrubMaxMegabytes * 1024L * 1024 ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare)
            ? ErasureOutcome.TooLargeToScrub
            : room.Holds(size.Used) ? null : ErasureOutcome.NoRoomToScrub;

    /// <summary>Stores that nothing was deleted since the scrub, so that a restart needs no other. A delete removes the mark.</summary>
    private async Task<bool> Mark(OtsDbContext db)
    {
        if (leftovers.OldestUnscrubbed is not null)
            return false;
        await db.MarkScrubbed(true);
        return true;
    }

    /// <summary>Empties the log. On a full disk the reserve makes room for what the log adds to the database.</summary>
    private async Task<bool> EmptyLog(OtsDbContext db, CancellationToken cancellation)
    {
        try
        {
            return await db.EmptyLog(cancellation);
        }
        catch (Exception fault) when (EngineFault.IsDiskFull(fault))
        {
            room.FreeReserve();
            return await db.EmptyLog(cancellation);
        }
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
        ErasureOutcome.NoRoomToScrub =>
            new(Deletes, JobResult.Delayed, "A scrub writes the whole database to the log, and the volume has too little free space."),
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

    /// <summary>The WAL is empty. The volume has no room for another copy of the database, so pieces may remain.</summary>
    NoRoomToScrub,

    /// <summary>Nothing was deleted since the last erasure.</summary>
    NothingDue,
}

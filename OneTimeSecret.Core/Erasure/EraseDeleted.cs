using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Erasure;

/// <summary>
/// Removes what deleted rows leave in the files: the WAL by a truncating checkpoint, and the torn pieces that stay in page gaps when
/// the B-tree is rebalanced by a scrub, which writes the database anew (docs/erasure.md).
/// </summary>
public sealed class EraseDeleted(
    IDbContextFactory<OtsDbContext> contexts, Leftovers leftovers, WriteQueue queue, TimeProvider time, IOptions<StorageOptions> options)
{
    /// <summary>For how long a checkpoint may keep writers waiting while it waits for readers itself.</summary>
    private const int BusyMilliseconds = 100;

    private DateTimeOffset? _tooLargeSince;

    /// <summary>Whether there is something to erase.</summary>
    public bool IsDue => leftovers.OldestUnerased is not null || IsScrubDue(time.GetUtcNow());

    /// <summary>Erases what is due, for a caller that comes every few seconds: nothing, the log, or the log and a scrub.</summary>
    /// <remarks>
    /// A scrub is due when something was deleted since the last one, and nothing was deleted or written for
    /// <see cref="StorageOptions.ScrubQuietSeconds"/>, or that delete is <see cref="StorageOptions.ScrubHours"/> old.
    /// </remarks>
    public async Task<ErasureRun> Run(CancellationToken cancellation)
    {
        var scrub = IsScrubDue(time.GetUtcNow());
        return scrub || leftovers.OldestUnerased is not null
            ? await Erase(scrub, cancellation)
            : new ErasureRun(ErasureOutcome.NothingDue, 0, Scrubbed: false);
    }

    /// <summary>Erases now.</summary>
    /// <param name="scrub">Also write the whole database anew. Takes the write lock for as long as that lasts.</param>
    /// <param name="cancellation">Stops before the next step.</param>
    /// <returns>Whether everything is gone: an open reader keeps the WAL, and then the caller comes back later.</returns>
    public async Task<ErasureOutcome> Run(bool scrub, CancellationToken cancellation) => (await Erase(scrub, cancellation)).Outcome;

    private bool IsScrubDue(DateTimeOffset now)
    {
        var (quiet, longest) = (TimeSpan.FromSeconds(options.Value.ScrubQuietSeconds), TimeSpan.FromHours(options.Value.ScrubHours));
        return leftovers.OldestUnscrubbed is { } oldest
            && !(now - _tooLargeSince < longest) // said once, and then again when the next would be forced
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
    /// Moves the log into the database and cuts it to nothing; false when a reader or a writer was in the way. The first step takes
    /// no lock from writers and does the work; the second holds the write lock while it waits for readers, so it does not wait long.
    /// </summary>
    private static async Task<bool> EmptyLog(OtsDbContext db, CancellationToken cancellation)
    {
        await Pragma(db, "wal_checkpoint(PASSIVE)", cancellation);
        var patience = await Pragma(db, "busy_timeout", cancellation);
        try
        {
            await Pragma(db, string.Create(CultureInfo.InvariantCulture, $"busy_timeout={BusyMilliseconds}"), cancellation);
            // An open reader is reported in the result row (busy, frames in the WAL, frames moved), not as an error.
            return await Pragma(db, "wal_checkpoint(TRUNCATE)", cancellation) == 0;
        }
        finally
        {
            // The pool gives the connection to others.
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
/// <param name="Outcome">What came of it.</param>
/// <param name="Deletes">How many deleted rows it erased. The start of the program counts as one.</param>
/// <param name="Scrubbed">Whether it wrote the database anew.</param>
public sealed record ErasureRun(ErasureOutcome Outcome, int Deletes, bool Scrubbed)
{
    /// <summary>What is written down of the run.</summary>
    public JobOutcome AsRun => Outcome switch
    {
        ErasureOutcome.DelayedByReader =>
            new(Deletes, JobResult.Delayed, "A reader or another writer keeps the log; the next run tries again."),
        ErasureOutcome.TooLargeToScrub =>
            new(Deletes, JobResult.Delayed, "The database is too large to be scrubbed: see Storage:ScrubMaxMegabytes."),
        _ => new(Deletes),
    };
}

/// <summary>What came of an erasure.</summary>
public enum ErasureOutcome
{
    /// <summary>The WAL is empty, the files hold live rows only, and after a scrub not a piece of others.</summary>
    Complete,

    /// <summary>A reader, or another writer, kept the WAL from being emptied. Try again.</summary>
    DelayedByReader,

    /// <summary>The WAL is empty; the database is larger than <see cref="StorageOptions.ScrubMaxMegabytes"/>, so pieces may stay.</summary>
    TooLargeToScrub,

    /// <summary>Nothing was deleted since the last erasure.</summary>
    NothingDue,
}

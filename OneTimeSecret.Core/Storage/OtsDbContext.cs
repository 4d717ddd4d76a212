using System.Data;
using System.Linq.Expressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query.SqlExpressions;
using Microsoft.EntityFrameworkCore.Storage;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Statistics;

namespace OneTimeSecret.Core.Storage;

/// <summary>The model, the same for every engine. The subclass of each engine holds what differs (docs/adr/0001).</summary>
public abstract class OtsDbContext(DbContextOptions options) : IdentityDbContext<Account, IdentityRole<Guid>, Guid>(options)
{
    /// <summary>
    /// Rows of the audit trail with a value of another stored type than the program writes. The value reads the same, but the filters of
    /// lists do not find the row. The program writes no such rows, and most engines reject them.
    /// </summary>
    internal virtual IQueryable<AuditEvent> AuditEventsOfWrongType => Set<AuditEvent>().Where(_ => false);

    /// <summary>Describes tampering with the audit trail's tables that hides rows or keeps them from being written. Null: none.</summary>
    internal virtual Task<string?> FindTampering(CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>The isolation level of transactions that change rows.</summary>
    internal abstract IsolationLevel WriteIsolation { get; }

    /// <summary>Sets the only option that the model depends on. Version 3 of Identity's schema includes passkeys.</summary>
    internal static void SetSchema(IdentityOptions options) => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3;

    /// <summary>The write in progress. Null: there is none, and <see cref="WriteGuard"/> rejects every change of rows.</summary>
    internal Write? Write { get; set; }

    private Write InProgress => Write ?? throw new InvalidOperationException("This needs a write in progress. Use WriteTransaction.");

    /// <summary>
    /// Acquires a lock for the rest of the transaction. An operation acquires its locks before it reads the rows on which it decides, and
    /// always in the same order (<see cref="RowLock.IsBefore"/>). Otherwise two operations could deadlock.
    /// </summary>
    internal Task Lock(RowLock wanted)
    {
        if (InProgress.Held is { } held && wanted.IsBefore(held))
            throw new InvalidOperationException($"{held.Kind} is held already: take the lock {wanted.Kind} before it (docs/adr/0011).");
        InProgress.Held = wanted;
        return Hold(wanted);
    }

    /// <summary>Acquires several locks in that order.</summary>
    internal async Task Lock(params RowLock[] several)
    {
        foreach (var wanted in several.OrderBy(wanted => wanted.Kind).ThenBy(wanted => wanted.Key, StringComparer.Ordinal))
            await Lock(wanted);
    }

    /// <summary>Waits until no other transaction holds the lock, and acquires it.</summary>
    private protected abstract Task Hold(RowLock wanted);

    /// <summary>Adds an act to the audit trail, in the same transaction.</summary>
    internal void Note(Act act) => InProgress.Acts.Add(act);

    /// <summary>Adds a tally to the counts of the day, in the same transaction.</summary>
    internal void Count(Tally tally) => InProgress.Tallies.Add(tally);

    /// <summary>Raises a signal after the commit. A signal may be missed, so its listeners must also check by themselves.</summary>
    internal void AfterCommit(Action signal) => InProgress.Signals.Add(signal);

    /// <summary>Records that rows were deleted whose bytes must be erased from the files soon.</summary>
    internal void Deleted(int rows = 1) => InProgress.Deletes += rows;

    /// <summary>Counts bytes that the write in progress adds, and returns how many it adds in all.</summary>
    internal long AddToWrite(long bytes) => InProgress.Added += bytes;

    /// <summary>The size of the database, with what the write in progress has changed. Takes the same time for every size.</summary>
    internal abstract Task<StoredSize> Size(CancellationToken cancellation);

    /// <summary>Whether a scrub ended and nothing was deleted since. The mark is in the database, so it survives a crash.</summary>
    internal abstract Task<bool> IsScrubbed(CancellationToken cancellation);

    /// <summary>Sets or removes the mark of <see cref="IsScrubbed"/>, in the same transaction.</summary>
    internal abstract Task MarkScrubbed(bool isScrubbed);

    /// <summary>Moves the write-ahead log into the database and truncates it, if no reader or other writer needs it just now.</summary>
    /// <returns>Whether the log is empty.</returns>
    internal abstract Task<bool> EmptyLog(CancellationToken cancellation);

    /// <summary>Makes the next transactions use new connections, because a fault may have left those in the pool unusable.</summary>
    internal abstract void DropConnections();

    /// <summary>
    /// Whether <paramref name="a"/> sorts before <paramref name="b"/> in byte order. A prefix sorts before longer values. In queries this
    /// is the engine's own operator, for which LINQ has no syntax. SQLite and PostgreSQL compare alike.
    /// </summary>
    internal static bool IsBefore(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b) < 0;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);

        builder.HasDbFunction(((Func<byte[], byte[], bool>)IsBefore).Method).HasTranslation(
            sides => new SqlBinaryExpression(ExpressionType.LessThan, sides[0], sides[1], typeof(bool), BoolTypeMapping.Default));

        // Every feature maps its own tables.
        builder.ApplyConfigurationsFromAssembly(typeof(OtsDbContext).Assembly);
    }
}

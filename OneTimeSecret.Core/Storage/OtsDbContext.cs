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

/// <summary>The model, the same on every engine; what differs stands in the engine's own context (docs/adr/0001).</summary>
public abstract class OtsDbContext(DbContextOptions options) : IdentityDbContext<Account, IdentityRole<Guid>, Guid>(options)
{
    /// <summary>
    /// Rows of the audit trail with a value that reads as what the program wrote but is kept otherwise, so that lists would not find it:
    /// the program writes none, and most engines would take none.
    /// </summary>
    internal virtual IQueryable<AuditEvent> MisfitAuditEvents => Set<AuditEvent>().Where(_ => false);

    /// <summary>What was done to the tables of the audit trail, so that rows are not written or not found; null: nothing.</summary>
    internal virtual Task<string?> FindRig(CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>The isolation of transactions that change rows.</summary>
    internal abstract IsolationLevel WriteIsolation { get; }

    /// <summary>The write in progress; null: there is none, and no row may be changed (<see cref="WriteGuard"/>).</summary>
    internal Write? Write { get; set; }

    private Write InProgress => Write ?? throw new InvalidOperationException("Nothing is noted outside of a WriteTransaction.");

    /// <summary>
    /// Takes a lock for the rest of the transaction. An operation takes its locks before it reads what it decides by, in their one order:
    /// otherwise two operations could wait for each other for ever.
    /// </summary>
    internal Task Lock(RowLock wanted)
    {
        if (InProgress.Held is { } held && wanted.IsBefore(held))
            throw new InvalidOperationException($"The lock {wanted.Kind} is to be taken before {held.Kind} (docs/adr/0011).");
        InProgress.Held = wanted;
        return Hold(wanted);
    }

    /// <summary>Takes several locks, in their order.</summary>
    internal async Task Lock(params RowLock[] several)
    {
        foreach (var wanted in several.OrderBy(wanted => wanted.Kind).ThenBy(wanted => wanted.Key, StringComparer.Ordinal))
            await Lock(wanted);
    }

    /// <summary>Waits until nobody else holds the lock, and holds it.</summary>
    private protected abstract Task Hold(RowLock wanted);

    /// <summary>Has an act written into the audit trail, with and only with what the transaction does.</summary>
    internal void Note(Act act) => InProgress.Acts.Add(act);

    /// <summary>Has something counted, likewise.</summary>
    internal void Count(Tally tally) => InProgress.Tallies.Add(tally);

    /// <summary>Has somebody told after the commit. A signal is a hint: who misses it must find out by itself.</summary>
    internal void AfterCommit(Action signal) => InProgress.Signals.Add(signal);

    /// <summary>Says that rows were deleted whose bytes must leave the files soon.</summary>
    internal void Deleted(int rows = 1) => InProgress.Deletes += rows;

    /// <summary>
    /// Whether <paramref name="a"/> sorts before <paramref name="b"/>, byte by byte, a beginning before what it begins. In queries it is
    /// the engine's own comparison, which LINQ has no sign for; SQLite and PostgreSQL agree on it.
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

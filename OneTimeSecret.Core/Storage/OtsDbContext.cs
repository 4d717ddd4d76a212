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

    /// <summary>What was done in the transaction and has not been written down yet (<see cref="RecordActs"/>).</summary>
    internal List<Act> Acts { get; } = [];

    /// <summary>What the transaction adds to the counts of the day, likewise.</summary>
    internal List<Tally> Tallies { get; } = [];

    /// <summary>Has an act written into the audit trail, with and only with what the transaction does.</summary>
    internal void Note(Act act) => Acts.Add(act);

    /// <summary>Has something counted, with and only with what the transaction does.</summary>
    internal void Count(Tally tally) => Tallies.Add(tally);

    /// <summary>Forgets what a failed transaction noted: contexts come from a pool.</summary>
    internal void Forget()
    {
        Acts.Clear();
        Tallies.Clear();
    }

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

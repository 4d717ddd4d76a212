using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Writes down what a transaction has done: the acts into the audit trail, the counts of its day. It is the last thing before the commit,
/// under the database's write lock, so that any number of processes hang their rows onto one chain; the write queue does it once for all
/// operations of a batch.
/// </summary>
public sealed class RecordActs(AuditChain chain, TimeProvider time, IOptions<AuditOptions> options)
{
    /// <summary>Writes what was noted in <paramref name="db"/>.</summary>
    internal async Task Run(OtsDbContext db)
    {
        var now = time.GetUtcNow();
        if (db.Acts.Count > 0 && options.Value.Enabled)
            await AuditRows.Add(db, chain.Next(await AuditChain.End(db), db.Acts, now));
        if (db.Tallies.Count > 0)
            await db.Tallies.Aggregate((a, b) => a + b).Write(db, now);
        db.Forget();
    }
}

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
    /// <summary>Writes what was noted in <paramref name="write"/>.</summary>
    internal async Task Run(OtsDbContext db, Write write)
    {
        var now = time.GetUtcNow();
        if (write.Acts.Count > 0 && options.Value.Enabled)
            await AuditRows.Add(db, chain.Next(await AuditChain.End(db), write.Acts, now));
        if (write.Tallies.Count > 0)
            await write.Tallies.Aggregate((a, b) => a + b).Write(db, now);
    }
}

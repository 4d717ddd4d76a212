using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Statistics;
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
            await Count(db, db.Tallies.Aggregate((a, b) => a + b), now);
        db.Forget();
    }

    private static async Task Count(OtsDbContext db, Tally sum, DateTimeOffset now)
    {
        var today = DayCount.Of(now);
        var counted = await db.DayCounts.Where(d => d.Day == today).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.Created, d => d.Created + sum.Created)
            .SetProperty(d => d.Revealed, d => d.Revealed + sum.Revealed)
            .SetProperty(d => d.Burned, d => d.Burned + sum.Burned)
            .SetProperty(d => d.Expired, d => d.Expired + sum.Expired)
            .SetProperty(d => d.Secrets, d => d.Secrets + sum.Secrets)
            .SetProperty(d => d.Bytes, d => d.Bytes + sum.Bytes));
        if (counted > 0)
            return;
        db.DayCounts.Add(new DayCount
        {
            Day = today, Created = sum.Created, Revealed = sum.Revealed, Burned = sum.Burned, Expired = sum.Expired,
            Secrets = sum.Secrets, Bytes = sum.Bytes,
        });
        await db.SaveChangesAsync(CancellationToken.None);
        db.ChangeTracker.Clear();
    }
}

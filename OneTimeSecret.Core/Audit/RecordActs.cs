using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Writes what a transaction noted: its acts into the audit trail, and its tallies into the counts of the day. Also counts what was sealed,
/// and raises the generation.
/// This runs directly before the commit, under the database's write lock, so that several processes can append to one chain. The write
/// queue does it once for each batch.
/// </summary>
public sealed class RecordActs(
    AuditChain chain, SealCounter seals, GenerationCount generations, TimeProvider time, IOptions<AuditOptions> options)
{
    /// <summary>Writes the acts and tallies of <paramref name="write"/>.</summary>
    /// <exception cref="RestoredCopyException">The database is an older copy, and nothing in it may be changed.</exception>
    internal async Task Run(OtsDbContext db, Write write)
    {
        if (generations.Refusal is { } refusal)
            throw refusal;
        var now = time.GetUtcNow();
        if (write.Acts.Count > 0 && options.Value.Enabled)
            await AuditRows.Add(db, chain.Next(await AuditChain.End(db), write.Acts, now));
        if (write.Tallies.Count > 0)
            await write.Tallies.Aggregate((a, b) => a + b).Write(db, now);
        await seals.Reserve(db);
        if (write.Raises)
            await generations.Raise(db);
    }
}

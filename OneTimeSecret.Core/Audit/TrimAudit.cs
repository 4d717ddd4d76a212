using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Trims rows of the audit trail that are older than they are kept, and leaves a sealed anchor from which the rest goes on. Goes in batches
/// through the write queue; the last row of the chain always stays.
/// </summary>
public sealed class TrimAudit(
    WriteQueue queue, AuditChain chain, Leftovers leftovers, TimeProvider time, IOptions<AuditOptions> options)
{
    private const int BatchSize = 1000;

    /// <summary>Trims what is due.</summary>
    /// <returns>How many rows.</returns>
    /// <exception cref="InvalidDataException">A row is not as it was written; it and all behind it stay.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        var (first, last) = (0L, 0L);
        List<long> trimmed;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            trimmed = await queue.RunWhenRoom(db => Trim(db, oldest));
            if (trimmed.Count == 0)
                break;
            leftovers.Note(trimmed.Count);
            (first, last) = (first == 0 ? trimmed[0] : first, trimmed[^1]);
        }
        while (trimmed.Count == BatchSize);
        return first == 0 ? 0 : await queue.RunWhenRoom(db =>
        {
            db.Note(Act.OfServer(AuditKind.AuditTrimmed) with { Detail = $"{first}-{last}" });
            return Task.FromResult((int)(last - first + 1));
        });
    }

    /// <summary>
    /// A seal says that the rows before it were as they were written, and old. So each is looked at in the transaction that takes it away,
    /// lest somebody who can write the database makes rows look old and has the server itself put them out of the way.
    /// </summary>
    /// <returns>The rows that went.</returns>
    private async Task<List<long>> Trim(OtsDbContext db, DateTimeOffset oldest)
    {
        var anchor = await AuditChain.Anchor(db);
        var link = anchor is null || chain.IsSealed(anchor) ? AuditChain.Begin(anchor) : throw Broken(anchor.Sequence);
        var (begin, end, trimmed) = (link, await AuditChain.End(db), new List<long>());
        foreach (var row in await db.AuditEvents.AsNoTracking()
            .Where(e => e.Sequence > begin.Sequence && e.Sequence < end.Sequence)
            .OrderBy(e => e.Sequence).Take(BatchSize).ToListAsync())
        {
            if (!chain.Follows(link, row))
                throw Broken(link.Sequence + 1);
            if (row.Time >= oldest)
                break;
            link = new Link(row.Sequence, row.Mac);
            trimmed.Add(row.Sequence);
        }
        if (trimmed.Count == 0)
            return trimmed;
        var now = time.GetUtcNow();
        await db.AuditAnchors.ExecuteDeleteAsync();
        db.AuditAnchors.Add(new AuditAnchor { Sequence = link.Sequence, Mac = link.Mac, Time = now, Seal = chain.Seal(link, now) });
        await db.SaveChangesAsync();
        await db.AuditEvents.Where(e => e.Sequence <= link.Sequence).ExecuteDeleteAsync();
        return trimmed;
    }

    private static InvalidDataException Broken(long sequence) => new(
        $"Row {sequence} of the audit trail is not as it was written, so nothing from there on is trimmed: see `verify-audit`.");
}

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
    IDbContextFactory<OtsDbContext> contexts, WriteQueue queue, AuditChain chain, Leftovers leftovers, TimeProvider time,
    IOptions<AuditOptions> options)
{
    private const int BatchSize = 1000;

    /// <summary>Trims what is due.</summary>
    /// <returns>How many rows.</returns>
    /// <exception cref="InvalidDataException">A row that is due is not as it was written; it and all behind it stay.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        if (await Due(cancellation) is not var (first, last))
            return 0;
        var total = 0;
        for (var sequence = first; sequence <= last; sequence += BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            var upTo = Math.Min(sequence + BatchSize - 1, last);
            var trimmed = await queue.RunWhenRoom(db => Trim(db, upTo));
            total += trimmed;
            if (trimmed > 0)
                leftovers.Note(trimmed);
        }
        if (total == 0) // another server was first, and says so
            return 0;
        return await queue.RunWhenRoom(db =>
        {
            db.Note(Act.OfServer(AuditKind.AuditTrimmed) with { Detail = $"{first}-{last}" });
            return Task.FromResult(total);
        });
    }

    /// <summary>The first and the last sequence that are due; null: none is.</summary>
    private async Task<(long First, long Last)?> Due(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var (begin, end) = (AuditChain.Begin(await AuditChain.Anchor(db)), await AuditChain.End(db));
        var kept = await db.AuditEvents.Where(e => e.Time >= oldest).OrderBy(e => e.Time).ThenBy(e => e.Sequence)
            .Select(e => (long?)e.Sequence).FirstOrDefaultAsync(cancellation);
        var last = Math.Min(kept ?? long.MaxValue, end.Sequence) - 1;
        return last > begin.Sequence ? (begin.Sequence + 1, last) : null;
    }

    /// <summary>
    /// A seal says that the rows before it were as they were written. So each is looked at, lest somebody who can write the database makes
    /// rows look old and has the server itself put them out of the way.
    /// </summary>
    private async Task<int> Trim(OtsDbContext db, long upTo)
    {
        var (now, anchor) = (time.GetUtcNow(), await AuditChain.Anchor(db));
        if (anchor?.Sequence >= upTo) // another server was first
            return 0;
        var link = anchor is null || chain.IsSealed(anchor) ? AuditChain.Begin(anchor) : throw Broken(anchor.Sequence);
        foreach (var row in await db.AuditEvents.AsNoTracking().Where(e => e.Sequence <= upTo).OrderBy(e => e.Sequence).ToListAsync())
            link = chain.Follows(link, row) ? new Link(row.Sequence, row.Mac) : throw Broken(link.Sequence + 1);
        if (link.Sequence != upTo)
            throw Broken(link.Sequence + 1);
        await db.AuditAnchors.ExecuteDeleteAsync();
        db.AuditAnchors.Add(new AuditAnchor { Sequence = link.Sequence, Mac = link.Mac, Time = now, Seal = chain.Seal(link, now) });
        await db.SaveChangesAsync();
        return await db.AuditEvents.Where(e => e.Sequence <= upTo).ExecuteDeleteAsync();
    }

    private static InvalidDataException Broken(long sequence) => new(
        $"Row {sequence} of the audit trail is not as it was written, so nothing from there on is trimmed: see `verify-audit`.");
}

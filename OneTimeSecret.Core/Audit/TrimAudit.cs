using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Trims rows of the audit trail that are older than they are kept, and leaves a sealed anchor from which the rest goes on. Goes in batches
/// through the write queue; the last row of the chain always stays.
/// </summary>
public sealed class TrimAudit(
    WriteTransaction write, AuditChain chain, TimeProvider time, IOptions<AuditOptions> options)
{
    private const int BatchSize = 1000;

    /// <summary>Trims what is due.</summary>
    /// <returns>How many rows.</returns>
    /// <exception cref="InvalidDataException">A row is not as it was written; it and all behind it stay.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var oldest = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        var (end, total) = (await write.RunWhenRoom(AuditChain.End), 0);
        while (await write.RunWhenRoom(db => Trim(db, oldest, end)) is > 0 and var trimmed)
        {
            total += trimmed;
            cancellation.ThrowIfCancellationRequested();
        }
        return total;
    }

    /// <summary>
    /// A seal says that the rows before it were as they were written, and old. So each is looked at in the transaction that takes it away,
    /// lest somebody who can write the database makes rows look old and has the server itself put them out of the way.
    /// </summary>
    private async Task<int> Trim(OtsDbContext db, DateTimeOffset oldest, Link end)
    {
        await db.Lock(RowLock.AuditTrim); // of two at once, the second begins where the first ended
        var anchor = await AuditChain.Anchor(db);
        var begin = anchor is null || chain.IsSealed(anchor) ? AuditChain.Begin(anchor) : throw Broken(anchor.Sequence);
        var link = begin;
        foreach (var (_, row) in await AuditRows.Read(db, begin.Sequence, end.Sequence - 1, BatchSize, CancellationToken.None))
        {
            if (row is null || !chain.Follows(link, row))
                throw Broken(link.Sequence + 1);
            if (row.Time >= oldest)
                break;
            link = new Link(row.Sequence, row.Mac);
        }
        if (link == begin)
            return 0;
        var now = time.GetUtcNow();
        await db.AuditAnchors.ExecuteDeleteAsync();
        db.AuditAnchors.Add(new AuditAnchor { Sequence = link.Sequence, Mac = link.Mac, Time = now, Seal = chain.Seal(link, now) });
        db.Note(Act.OfServer(AuditKind.AuditTrimmed) with { Detail = $"{begin.Sequence + 1}-{link.Sequence}" });
        var trimmed = await db.AuditEvents.Where(e => e.Sequence <= link.Sequence).ExecuteDeleteAsync();
        db.Deleted(trimmed);
        return trimmed;
    }

    private static InvalidDataException Broken(long sequence) => new(
        $"Row {sequence} of the audit trail is not as it was written, so nothing from there on is trimmed: see `verify-audit`.");
}

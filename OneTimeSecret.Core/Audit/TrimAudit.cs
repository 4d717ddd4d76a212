using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Deletes rows of the audit trail that are older than <see cref="AuditOptions.KeepDays"/>, and leaves a sealed anchor from which the
/// chain continues. Works in batches through the write queue. The last row of the chain always stays.
/// </summary>
public sealed class TrimAudit(
    WriteTransaction write, AuditChain chain, TimeProvider time, IOptions<AuditOptions> options)
{
    private const int BatchSize = 1000;

    /// <summary>Trims all rows that are due.</summary>
    /// <returns>The number of trimmed rows.</returns>
    /// <exception cref="InvalidDataException">A row is not as it was written. This row and all later rows stay.</exception>
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
    /// The anchor's seal states that the trimmed rows were unchanged and old. So each row is verified in the transaction that deletes it.
    /// Otherwise a person who can write the database could make rows look old and let the server itself remove them.
    /// </summary>
    private async Task<int> Trim(OtsDbContext db, DateTimeOffset oldest, Link end)
    {
        await db.Lock(RowLock.AuditTrim); // of two concurrent runs, the second begins where the first ended
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
        $"Row {sequence} of the audit trail is not as it was written, so this row and all later rows are kept. Run `verify-audit`.");
}

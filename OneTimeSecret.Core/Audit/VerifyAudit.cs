using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Walks through the whole chain and says where it is broken. Reads in batches, each of them short, beside a running server; the cost is
/// that of the rows.
/// </summary>
public sealed class VerifyAudit(IDbContextFactory<OtsDbContext> contexts, AuditChain chain, DataFolder folder)
{
    private const int BatchSize = 5000;

    /// <summary>Verifies the chain, and that it holds what its heads say.</summary>
    /// <param name="headFile">A head file, or a log in which the server wrote heads; null: the file of the settings.</param>
    /// <param name="progress">Told how many rows have been verified.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="IOException"><paramref name="headFile"/> cannot be read.</exception>
    /// <exception cref="InvalidDataException"><paramref name="headFile"/> holds no head.</exception>
    public async Task<AuditReport> Run(string? headFile, Action<long> progress, CancellationToken cancellation)
    {
        var heads = Heads(headFile);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        if (await db.FindRig(cancellation) is { } rig)
            return new AuditReport(0, 0, AuditFlaw.Rigged, null, null, rig);
        AuditAnchor? anchor;
        try
        {
            anchor = await AuditChain.Anchor(db);
        }
        catch (Exception fault) when (AuditRows.IsUnreadable(fault))
        {
            return new AuditReport(
                0, 0, AuditFlaw.ForgedAnchor, await db.AuditAnchors.MaxAsync(a => (long?)a.Sequence, cancellation), null);
        }
        if (anchor is not null && !chain.IsSealed(anchor))
            return new AuditReport(0, 0, AuditFlaw.ForgedAnchor, anchor.Sequence, null);
        var begin = AuditChain.Begin(anchor);
        // The chain knows none there, and lists would show it.
        if (await db.AuditEvents.Where(e => e.Sequence <= begin.Sequence).MinAsync(e => (long?)e.Sequence, cancellation) is { } before)
            return new AuditReport(begin.Sequence, begin.Sequence, AuditFlaw.Changed, before, null);
        var (end, next) = (begin, 0);
        while (await Batch(db, end, cancellation) is { Count: > 0 } batch)
        {
            foreach (var (sequence, row) in batch)
            {
                if (row is null || !chain.Follows(end, row))
                {
                    // Rows that were trimmed while this went on are no gap: it begins anew behind them.
                    if (await AuditChain.Anchor(db) is { } trimmed && trimmed.Sequence > end.Sequence)
                        return await Run(headFile, progress, cancellation);
                    return sequence == end.Sequence + 1
                        ? new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.Changed, sequence, null)
                        : new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.Missing, end.Sequence + 1, null);
                }
                for (; next < heads.Count && heads[next].Sequence <= end.Sequence; next++)
                    if (Contradicts(heads[next], end))
                        return new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.Rewritten, heads[next].Sequence, heads[next]);
                end = new Link(row.Sequence, row.Mac);
            }
            progress(end.Sequence - begin.Sequence);
        }
        for (; next < heads.Count; next++)
        {
            if (heads[next].Sequence > end.Sequence)
                return new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.Cut, end.Sequence + 1, heads[^1]);
            if (Contradicts(heads[next], end))
                return new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.Rewritten, heads[next].Sequence, heads[next]);
        }
        return heads.Count == 0
            ? new AuditReport(begin.Sequence, end.Sequence, AuditFlaw.NoHead, null, null)
            : new AuditReport(begin.Sequence, end.Sequence, null, null, heads[^1]);
    }

    /// <summary>Whether a head says of this very row something else. Of trimmed rows nothing can be said.</summary>
    private static bool Contradicts(AuditHead head, Link there) =>
        head.Sequence == there.Sequence && !head.Mac.AsSpan().SequenceEqual(there.Mac);

    /// <summary>The next rows, up to one that the program would not have written: null.</summary>
    private static async Task<List<(long Sequence, AuditEvent? Row)>> Batch(OtsDbContext db, Link end, CancellationToken cancellation)
    {
        var rows = await AuditRows.Read(db, end.Sequence, long.MaxValue, BatchSize, cancellation);
        var last = rows.Count > 0 ? rows[^1].Sequence : end.Sequence;
        var misfit = await db.MisfitAuditEvents.Where(e => e.Sequence > end.Sequence && e.Sequence <= last)
            .MinAsync(e => (long?)e.Sequence, cancellation);
        return misfit is null ? rows : [.. rows.TakeWhile(row => row.Sequence < misfit), (misfit.Value, null)];
    }

    private List<AuditHead> Heads(string? file)
    {
        if (file is null && !File.Exists(folder.AuditHead))
            return [];
        var heads = AuditHead.In(File.ReadLines(file ?? folder.AuditHead)).OrderBy(head => head.Sequence).ToList();
        return heads.Count > 0 ? heads : throw new InvalidDataException($"{file ?? folder.AuditHead} holds no head of an audit trail.");
    }
}

/// <summary>What became of verifying the audit trail.</summary>
/// <param name="Trimmed">How many rows at the beginning had been trimmed by right.</param>
/// <param name="Verified">The sequence of the last row up to which all is as it was written.</param>
/// <param name="Flaw">What is wrong; null: nothing.</param>
/// <param name="At">The sequence of the first row that is wrong or missing.</param>
/// <param name="Head">The head that shows it, or the latest that was looked at.</param>
/// <param name="Rig">What was done to the tables around the rows; null: nothing.</param>
public sealed record AuditReport(long Trimmed, long Verified, AuditFlaw? Flaw, long? At, AuditHead? Head, string? Rig = null);

/// <summary>What can be wrong with an audit trail.</summary>
public enum AuditFlaw
{
    /// <summary>A row was changed, put in, or moved, or one before it was.</summary>
    Changed,

    /// <summary>A row is missing.</summary>
    Missing,

    /// <summary>Rows at the end are missing that a head knows of: they were cut off, or an older database was put in its place.</summary>
    Cut,

    /// <summary>The chain fits together, but is not the one that a head knows: it was written anew with the server's key.</summary>
    Rewritten,

    /// <summary>The mark of trimmed rows is not the server's own.</summary>
    ForgedAnchor,

    /// <summary>The tables or their indexes are not as the program made them, so that rows are not written or not found.</summary>
    Rigged,

    /// <summary>The chain fits together; there is no head that would show whether its end is missing.</summary>
    NoHead,
}

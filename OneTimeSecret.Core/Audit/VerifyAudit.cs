using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Verifies the whole chain and reports where it is broken. Works beside a running server, because it reads in short batches. The time
/// grows with the number of rows.
/// </summary>
public sealed class VerifyAudit(IDbContextFactory<OtsDbContext> contexts, AuditChain chain, DataFolder folder)
{
    private const int BatchSize = 5000;

    /// <summary>Verifies the chain and compares it with its heads.</summary>
    /// <param name="headFile">A head file, or a server log that contains heads; null: the configured head file.</param>
    /// <param name="progress">Receives the number of rows verified so far.</param>
    /// <param name="cancellation">Cancels the verification.</param>
    /// <exception cref="IOException"><paramref name="headFile"/> cannot be read.</exception>
    /// <exception cref="InvalidDataException"><paramref name="headFile"/> contains no head.</exception>
    public async Task<AuditReport> Run(string? headFile, Action<long> progress, CancellationToken cancellation)
    {
        var heads = Heads(headFile);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        if (await db.FindTampering(cancellation) is { } tampering)
            return new AuditReport(0, 0, AuditFlaw.Tampered, null, null, tampering);
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
        // A row up to the anchor is not part of the chain, but lists would show it.
        if (await db.AuditEvents.Where(e => e.Sequence <= begin.Sequence).MinAsync(e => (long?)e.Sequence, cancellation) is { } before)
            return new AuditReport(begin.Sequence, begin.Sequence, AuditFlaw.Changed, before, null);
        var (end, next) = (begin, 0);
        while (await Batch(db, end, cancellation) is { Count: > 0 } batch)
        {
            foreach (var (sequence, row) in batch)
            {
                if (row is null || !chain.Follows(end, row))
                {
                    // Rows that were trimmed during this run are not a gap. Start again after the new anchor.
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

    /// <summary>Whether a head has another MAC for this row. Heads of trimmed rows cannot be compared.</summary>
    private static bool Contradicts(AuditHead head, Link there) =>
        head.Sequence == there.Sequence && !head.Mac.AsSpan().SequenceEqual(there.Mac);

    /// <summary>The next rows, up to the first row that the program would not have written. That row is null.</summary>
    private static async Task<List<(long Sequence, AuditEvent? Row)>> Batch(OtsDbContext db, Link end, CancellationToken cancellation)
    {
        var rows = await AuditRows.Read(db, end.Sequence, long.MaxValue, BatchSize, cancellation);
        var last = rows.Count > 0 ? rows[^1].Sequence : end.Sequence;
        var wrongType = await db.AuditEventsOfWrongType.Where(e => e.Sequence > end.Sequence && e.Sequence <= last)
            .MinAsync(e => (long?)e.Sequence, cancellation);
        return wrongType is null ? rows : [.. rows.TakeWhile(row => row.Sequence < wrongType), (wrongType.Value, null)];
    }

    private List<AuditHead> Heads(string? file)
    {
        if (file is null && !File.Exists(folder.AuditHead))
            return [];
        var heads = AuditHead.In(File.ReadLines(file ?? folder.AuditHead)).OrderBy(head => head.Sequence).ToList();
        return heads.Count > 0 ? heads : throw new InvalidDataException($"{file ?? folder.AuditHead} holds no head of an audit trail.");
    }
}

/// <summary>The result of verifying the audit trail.</summary>
/// <param name="Trimmed">The number of rows at the beginning that the server trimmed.</param>
/// <param name="Verified">All rows up to this sequence are as they were written.</param>
/// <param name="Flaw">What is wrong; null: nothing.</param>
/// <param name="At">The sequence of the first row that is wrong or missing, or of the forged anchor; null: none.</param>
/// <param name="Head">The head that reveals the flaw, or the latest head that was compared; null: none.</param>
/// <param name="Tampering">The first difference or fault that was found in the tables and indexes; null: none.</param>
public sealed record AuditReport(long Trimmed, long Verified, AuditFlaw? Flaw, long? At, AuditHead? Head, string? Tampering = null);

/// <summary>What is wrong with an audit trail.</summary>
public enum AuditFlaw
{
    /// <summary>A row was changed, inserted or moved.</summary>
    Changed,

    /// <summary>A row is missing, and later rows exist.</summary>
    Missing,

    /// <summary>Rows at the end are missing that a head covers: they were cut off, or an older database was restored.</summary>
    Cut,

    /// <summary>The chain is consistent but contradicts a head: for example, it was rewritten with the key ring (docs/audit.md).</summary>
    Rewritten,

    /// <summary>The anchor of trimmed rows was not sealed with this server's key ring.</summary>
    ForgedAnchor,

    /// <summary>The tables or indexes differ from those that the program creates, so rows may be lost or hidden.</summary>
    Tampered,

    /// <summary>The chain is consistent, but no head shows whether its end is missing.</summary>
    NoHead,
}

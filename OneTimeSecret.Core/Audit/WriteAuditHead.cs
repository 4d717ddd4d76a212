using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Writes the head of the chain to its file, outside the database, and to the log. A head file that contradicts the database is left as
/// it is, because it is evidence of tampering. Only the operator may remove it (docs/audit.md).
/// </summary>
public sealed class WriteAuditHead(
    IDbContextFactory<OtsDbContext> contexts, DataFolder folder, TimeProvider time, ILogger<WriteAuditHead> log)
{
    private AuditHead? _last;

    /// <summary>Whether the file matched the database at the last look. A look that failed, as on a full disk, does not count.</summary>
    public bool? Fits { get; private set; }

    /// <summary>Writes the head if it has changed.</summary>
    /// <returns>Whether the file matches the database.</returns>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="InvalidDataException">The file contains no head. It is left as it is.</exception>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        try
        {
            Fits = await Write(cancellation);
        }
        catch (InvalidDataException)
        {
            Fits = false;
            throw;
        }
        return Fits.Value;
    }

    private async Task<bool> Write(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // The file is read first, so the chain that is read afterwards must contain the head in the file.
        var kept = Read(folder.AuditHead);
        var (begin, end) = (AuditChain.Begin(await AuditChain.Anchor(db)), await AuditChain.End(db));
        foreach (var before in new[] { kept, _last })
            if (before is not null && !await Holds(db, before, begin, end))
            {
                // The message must not look like a head line, because verify-audit accepts head lines from the log.
                log.LogError(
                    "The audit trail ends at row {Sequence} and does not fit row {Before} of its head file {File}, or an "
                    + "earlier head of this server. Was an older database restored? The head file is no longer written: see docs/audit.md",
                    end.Sequence, before.Sequence, folder.AuditHead);
                return false;
            }
        if (kept is null && _last is not null)
            log.LogError(
                "The head file {File} of the audit trail was removed and is written again. If you did not remove it: see docs/audit.md",
                folder.AuditHead);
        var head = new AuditHead(end.Sequence, end.Sequence - begin.Sequence, end.Mac, time.GetUtcNow());
        if (kept is null || !head.IsSameAs(kept))
            ReplacedFile.Write(folder.AuditHead, file => file.Write(Encoding.ASCII.GetBytes(head + "\n")));
        if (!head.IsSameAs(_last))
            log.LogInformation("{Head}", head.ToString());
        _last = head;
        return true;
    }

    internal static AuditHead? Read(string path) => !File.Exists(path) ? null
        : AuditHead.In(File.ReadLines(path)).LastOrDefault() ?? throw new InvalidDataException($"{path} holds no head of an audit trail.");

    private static async Task<bool> Holds(OtsDbContext db, AuditHead kept, Link begin, Link end)
    {
        if (kept.Sequence < begin.Sequence) // the row was trimmed since
            return true;
        var there = kept.Sequence == begin.Sequence ? begin.Mac
            : kept.Sequence == end.Sequence ? end.Mac
            : await db.AuditEvents.Where(e => e.Sequence == kept.Sequence).Select(e => e.Mac).SingleOrDefaultAsync();
        return there is not null && there.AsSpan().SequenceEqual(kept.Mac);
    }
}

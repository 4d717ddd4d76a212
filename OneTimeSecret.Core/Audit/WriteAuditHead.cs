using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Writes the head of the chain to its file, outside of the database, and to the log. A file that contradicts the database is kept: it is
/// the proof that something happened, and only who runs the server takes it away (docs/audit.md).
/// </summary>
public sealed class WriteAuditHead(
    IDbContextFactory<OtsDbContext> contexts, DataFolder folder, TimeProvider time, ILogger<WriteAuditHead> log)
{
    private AuditHead? _last;

    /// <summary>Whether the file fitted the database when it was to be written last, and could be; null: it was not yet.</summary>
    public bool? Fits { get; private set; }

    /// <summary>Writes the head, if it is another than the one before.</summary>
    /// <returns>Whether the file fits the database.</returns>
    /// <exception cref="IOException">The file could not be written.</exception>
    /// <exception cref="InvalidDataException">The file holds no head; it is left as it is.</exception>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        try
        {
            Fits = await Write(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Fits = false;
            throw;
        }
        return Fits.Value;
    }

    private async Task<bool> Write(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // The file first: whatever stands in it is older than what is read then.
        var kept = Read(folder.AuditHead);
        var (begin, end) = (AuditChain.Begin(await AuditChain.Anchor(db)), await AuditChain.End(db));
        foreach (var before in new[] { kept, _last })
            if (before is not null && !await Holds(db, before, begin, end))
            {
                // Not as a line of a head: who reads the log for those must find only what this server wrote itself.
                log.LogError(
                    "The audit trail ends at row {Sequence} and does not fit row {Before} of its head file {File}, or what the file said "
                    + "before. Was an older database put in its place? The file is not written any more: see docs/audit.md",
                    end.Sequence, before.Sequence, folder.AuditHead);
                return false;
            }
        if (kept is null && _last is not null)
            log.LogError("The head file {File} of the audit trail was taken away, and is written anew", folder.AuditHead);
        var head = new AuditHead(end.Sequence, end.Sequence - begin.Sequence, end.Mac, time.GetUtcNow());
        if (kept is null || !head.SaysAs(kept))
            ReplacedFile.Write(folder.AuditHead, file => file.Write(Encoding.ASCII.GetBytes(head + "\n")));
        if (!head.SaysAs(_last))
            log.LogInformation("{Head}", head.ToString());
        _last = head;
        return true;
    }

    internal static AuditHead? Read(string path) => !File.Exists(path) ? null
        : AuditHead.In(File.ReadLines(path)).LastOrDefault() ?? throw new InvalidDataException($"{path} holds no head of an audit trail.");

    private static async Task<bool> Holds(OtsDbContext db, AuditHead kept, Link begin, Link end)
    {
        if (kept.Sequence < begin.Sequence) // trimmed since
            return true;
        var there = kept.Sequence == begin.Sequence ? begin.Mac
            : kept.Sequence == end.Sequence ? end.Mac
            : await db.AuditEvents.Where(e => e.Sequence == kept.Sequence).Select(e => e.Mac).SingleOrDefaultAsync();
        return there is not null && there.AsSpan().SequenceEqual(kept.Mac);
    }
}

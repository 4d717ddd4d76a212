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

    /// <summary>Whether the file fitted the database when it was looked at last; null: it was not yet.</summary>
    public bool? Fits { get; private set; }

    /// <summary>Writes the head, if it is another than the one before.</summary>
    /// <returns>Whether the file fits the database.</returns>
    /// <exception cref="IOException">The file could not be written.</exception>
    public async Task<bool> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // The file first: whatever stands in it is older than what is read then.
        var kept = Read(folder.AuditHead);
        var (begin, end) = (AuditChain.Begin(await AuditChain.Anchor(db)), await AuditChain.End(db));
        if (kept is not null && !await Holds(db, kept, begin, end))
        {
            log.LogError(
                "The audit trail ends at {Sequence} and does not fit its head file {File}, which says {Kept}. Was an older database put "
                + "in its place? The file is not written any more: see docs/audit.md", end.Sequence, folder.AuditHead, kept.ToString());
            return (Fits = false).Value;
        }
        var head = new AuditHead(end.Sequence, end.Sequence - begin.Sequence, end.Mac, time.GetUtcNow());
        if (kept is null || !head.SaysAs(kept))
            Write(folder.AuditHead, head);
        if (!head.SaysAs(_last))
            log.LogInformation("{Head}", head.ToString());
        _last = head;
        return (Fits = true).Value;
    }

    internal static AuditHead? Read(string path) => File.Exists(path) ? AuditHead.In(File.ReadLines(path)).LastOrDefault() : null;

    private static async Task<bool> Holds(OtsDbContext db, AuditHead kept, Link begin, Link end)
    {
        if (kept.Sequence < begin.Sequence) // trimmed since
            return true;
        var there = kept.Sequence == begin.Sequence ? begin.Mac
            : kept.Sequence == end.Sequence ? end.Mac
            : await db.AuditEvents.Where(e => e.Sequence == kept.Sequence).Select(e => e.Mac).SingleOrDefaultAsync();
        return there is not null && there.AsSpan().SequenceEqual(kept.Mac);
    }

    private static void Write(string path, AuditHead head)
    {
        var fresh = path + ".new";
        File.Delete(fresh);
        using (var file = new FileStream(fresh, PrivateFile.NewOnly))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(head + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
        PrivateFile.SyncFolder(Path.GetDirectoryName(path)!);
    }
}

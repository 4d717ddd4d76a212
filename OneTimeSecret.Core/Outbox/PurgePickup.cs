using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Takes mails out of the pickup folder as they end: one with a link when its secret is revealed, burned or expired, any other when
/// nothing is known of it any more.
/// </summary>
public sealed class PurgePickup(DataFolder folder, IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    private const int BatchSize = 250;

    /// <summary>Unfinished files and mails of the command line, unknown to the database, stay as long as a password link.</summary>
    private static readonly TimeSpan Grace = AccountLinks.Lifetime;

    /// <summary>Deletes all that is due now.</summary>
    /// <returns>How many files were deleted.</returns>
    /// <exception cref="IOException">One could not be; all others were.</exception>
    public async Task<int> Run(CancellationToken cancellation)
    {
        if (!Directory.Exists(folder.Mail))
            return 0;
        var deleted = 0;
        Exception? stuck = null;
        foreach (var files in Directory.EnumerateFiles(folder.Mail).Where(IsOurs).Chunk(BatchSize))
        {
            var mails = await Find(files, cancellation);
            foreach (var file in files.Where(file => IsDue(file, mails)))
            {
                try
                {
                    PrivateFile.Erase(file);
                    deleted++;
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    stuck = fault; // one that is another user's must not keep the others
                }
            }
        }
        return stuck is null ? deleted : throw new IOException($"A mail in {folder.Mail} cannot be erased: {stuck.Message}", stuck);
    }

    /// <summary>Those of the files that the database knows, and whether they may stay.</summary>
    private async Task<Dictionary<Guid, bool>> Find(string[] files, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var ids = files.Select(Id).OfType<Guid>().ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var secrets = db.Secrets;
        return await db.Mails
            .Where(m => ids.Contains(m.Id))
            .Select(m => new
            {
                m.Id,
                Stays = m.Kind != MailKind.SecretLink || secrets.Any(s => s.ReceiptId == m.ReceiptId && s.Expires > now),
            })
            .ToDictionaryAsync(m => m.Id, m => m.Stays, cancellation);
    }

    private bool IsDue(string file, Dictionary<Guid, bool> mails) =>
        Id(file) is { } id && mails.TryGetValue(id, out var stays)
            ? !stays
            : File.GetLastWriteTimeUtc(file) < (time.GetUtcNow() - Grace).UtcDateTime;

    private static bool IsOurs(string file) => Path.GetExtension(file) is PickupTransport.Extension or PickupTransport.Unfinished;

    private static Guid? Id(string file) =>
        Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "N", out var id)
            ? id
            : null;
}

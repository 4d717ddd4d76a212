using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Erases mails from the pickup folder: a mail with a link once its secret is revealed, burned or expired, a mail with a link to an account
/// once that link works no more, any other mail once the database has no row for it.
/// </summary>
public sealed class PurgePickup(DataFolder folder, IDbContextFactory<OtsDbContext> contexts, TimeProvider time, SystemClock clock)
{
    private const int BatchSize = 250;

    /// <summary>Files without a row (unfinished ones, mails of the command line) stay as long as a password link works.</summary>
    private static readonly TimeSpan Grace = AccountLinks.Lifetime;

    /// <summary>Erases all files that are due.</summary>
    /// <returns>How many files were erased.</returns>
    /// <exception cref="IOException">A file could not be erased. All others were.</exception>
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
                    stuck = fault; // such as another user's file: the others are still erased
                }
            }
        }
        return stuck is null ? deleted : throw new IOException($"A mail in {folder.Mail} cannot be erased: {stuck.Message}", stuck);
    }

    /// <summary>The mails that have a row in the database. The value says whether the file may stay.</summary>
    private async Task<Dictionary<Guid, bool>> Find(string[] files, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var linksWork = now - AccountLinks.Lifetime;
        var ids = files.Select(Id).OfType<Guid>().ToList();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var secrets = db.Secrets;
        return await db.Mails
            .Where(m => ids.Contains(m.Id))
            .Select(m => new
            {
                m.Id,
                Stays = m.Kind == MailKind.SecretLink ? secrets.Any(s => s.ReceiptId == m.ReceiptId && s.Expires > now)
                    : (m.Kind != MailKind.PasswordLink && m.Kind != MailKind.AddressLink) || m.Created > linksWork,
            })
            .ToDictionaryAsync(m => m.Id, m => m.Stays, cancellation);
    }

    private bool IsDue(string file, Dictionary<Guid, bool> mails) =>
        Id(file) is { } id && mails.TryGetValue(id, out var stays)
            ? !stays
            : File.GetLastWriteTimeUtc(file) < (clock.GetUtcNow() - Grace).UtcDateTime;

    private static bool IsOurs(string file) => Path.GetExtension(file) is PickupTransport.Extension or PickupTransport.Unfinished;

    private static Guid? Id(string file) =>
        Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "N", out var id)
            ? id
            : null;
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Deletes old mails, whatever their state, and any content that they still have in the outbox.</summary>
public sealed class TrimMails(WriteTransaction write, TimeProvider time, IOptions<MailOptions> options)
{
    private const int BatchSize = 100;

    /// <summary>Deletes mails older than <see cref="MailOptions.KeepDays"/>.</summary>
    /// <returns>How many mails were deleted.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var before = time.GetUtcNow().AddDays(-options.Value.KeepDays);
        var (total, deleted) = (0, 0);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            total += deleted = await write.RunWhenRoom(db => Delete(db, before));
        }
        while (deleted > 0);
        return total;
    }

    private static async Task<int> Delete(OtsDbContext db, DateTimeOffset before)
    {
        var old = await db.Mails.Where(m => m.Created < before).OrderBy(m => m.Created).Take(BatchSize).Select(m => m.Id).ToListAsync();
        var deleted = old.Count == 0 ? 0 : await db.Mails.Where(m => old.Contains(m.Id)).ExecuteDeleteAsync();
        db.Deleted(deleted);
        return deleted;
    }
}

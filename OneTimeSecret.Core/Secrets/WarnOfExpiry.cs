using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Queues a mail to owners who asked for it when a secret is still unread 24 hours before its expiry. The receipt stores that time, and
/// the transaction that queues the mail clears it, so that nobody is warned twice.
/// </summary>
public sealed class WarnOfExpiry(WriteTransaction write, PostMail post, TimeProvider time, IOptions<MailOptions> options)
{
    private const int BatchSize = 50;

    private static readonly TimeSpan Before = TimeSpan.FromHours(24);
    private static readonly TimeSpan ShortestLife = TimeSpan.FromHours(48);

    /// <summary>Queues all warnings that are due.</summary>
    /// <returns>The number of queued mails.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        var total = 0;
        int due;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            (due, var written) = await write.RunWhenRoom(Warn);
            total += written;
        }
        while (due > 0);
        return total;
    }

    /// <summary>When to warn of a secret's expiry; null: never, because its lifetime is 48 hours or less.</summary>
    internal static DateTimeOffset? Due(DateTimeOffset expires, int ttl) =>
        TimeSpan.FromSeconds(ttl) > ShortestLife ? expires - Before : null;

    private async Task<(int Due, int Written)> Warn(OtsDbContext db)
    {
        await db.Lock(RowLock.ExpiryWarnings);
        var now = time.GetUtcNow();
        var due = await db.Receipts.Where(r => r.WarnAt <= now).OrderBy(r => r.WarnAt).Take(BatchSize).Select(r => r.Id).ToListAsync();
        if (due.Count == 0)
            return (0, 0);
        await db.Lock([.. (await db.Secrets.Where(s => due.Contains(s.ReceiptId)).Select(s => s.Id).ToListAsync()).Select(RowLock.Secret)]);
        var unread = await db.Receipts
            .Where(r => due.Contains(r.Id) && r.State == ReceiptState.New)
            .Join(db.Secrets.Where(s => s.Expires > now), r => r.Id, s => s.ReceiptId, (r, s) => new { Receipt = r, SecretId = s.Id })
            .Join(
                db.Users.Where(a => a.MailBeforeExpiry && a.EmailConfirmed), r => r.Receipt.OwnerId, a => a.Id,
                (r, a) => new { r.Receipt.Id, r.Receipt.SecretExpires, r.SecretId, Owner = a.Id, a.Email })
            .ToListAsync();
        await db.Receipts.Where(r => due.Contains(r.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(r => r.WarnAt, (DateTimeOffset?)null));
        if (!options.Value.Sends())
            return (due.Count, 0);
        foreach (var receipt in unread)
        {
            var content = new ExpiryWarningMail(receipt.Email!, StoredReceipt.ShortId(receipt.Id), receipt.SecretExpires);
            post.Add(db, post.Prepare(MailKind.ExpiryWarning, receipt.Owner, content, receipt.Id, receipt.SecretId));
        }
        return (due.Count, unread.Count);
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>
/// Deletes pending accounts whose time is over, and the remaining rows of deleted accounts (<see cref="DeleteAccount"/>). Works in batches
/// through the write queue, so that requests are served in between. After an interruption, the next run continues.
/// </summary>
public sealed class PurgeAccounts(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    private const int BatchSize = 32;

    /// <summary>How long a mail with a link counts towards its recipient's daily limit, even if the sender's account is deleted.</summary>
    private static readonly TimeSpan LimitWindow = TimeSpan.FromDays(1);

    /// <summary>Deletes all that is due now.</summary>
    /// <returns>How many accounts, secrets and receipts were deleted.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        List<Guid> deleted;
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            deleted = await db.Users.Where(a => a.Deleted != null).Select(a => a.Id).ToListAsync(cancellation);
        var total = 0;
        foreach (var id in deleted)
            total += await Empty(id, cancellation) + await write.RunWhenRoom(db => DeleteRow(db, id, time.GetUtcNow()));
        var late = await write.RunWhenRoom(async db =>
        {
            var gone = await PendingAccount.Late(db, time.GetUtcNow()).ExecuteDeleteAsync();
            db.Deleted(gone);
            return gone;
        });
        return total + late;
    }

    /// <summary>Deletes the secrets and receipts of a deleted account, in batches.</summary>
    /// <returns>How many rows were deleted.</returns>
    internal async Task<int> Empty(Guid accountId, CancellationToken cancellation)
    {
        var (total, deleted) = (0, 0);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            total += deleted = await write.RunWhenRoom(db => DeleteReceipts(db, accountId));
        }
        while (deleted > 0);
        return total;
    }

    private static async Task<int> DeleteReceipts(OtsDbContext db, Guid accountId)
    {
        await db.Lock(RowLock.Account(accountId));
        // Adopted receipts are not deleted. They become anonymous again, because the creator still has the metadata key.
        await db.Receipts.Where(r => r.OwnerId == accountId && r.Adopted).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.OwnerId, (Guid?)null).SetProperty(r => r.Adopted, false)
            .SetProperty(r => r.SealedMetadataKey, (byte[]?)null).SetProperty(r => r.WarnAt, (DateTimeOffset?)null));
        // Unread ones first, because their links still work. Each secret is deleted with its receipt, so that no secret lacks one.
        var batch = await db.Receipts.Where(r => r.OwnerId == accountId && !r.Adopted)
            .OrderBy(r => r.State).Take(BatchSize).Select(r => r.Id).ToListAsync();
        if (batch.Count == 0)
            return 0;
        var unread = db.Secrets.Where(s => batch.Contains(s.ReceiptId));
        await db.Lock([.. (await unread.Select(s => s.Id).ToListAsync()).Select(RowLock.Secret)]);
        var gone = await StoredSecret.Loss(unread);
        db.Count(gone with { Burned = -gone.Secrets });
        var secrets = await unread.ExecuteDeleteAsync();
        var deleted = secrets + await db.Receipts
            .Where(r => batch.Contains(r.Id) && r.OwnerId == accountId && !r.Adopted).ExecuteDeleteAsync();
        db.Deleted(deleted);
        return deleted;
    }

    /// <summary>Deletes the row and its mail records, once no receipt is left, no mail waits and none counts towards a limit.</summary>
    private static async Task<int> DeleteRow(OtsDbContext db, Guid id, DateTimeOffset now)
    {
        await db.Lock(RowLock.Account(id));
        var counts = now - LimitWindow;
        var (mails, outbox, receipts) = (db.Mails, db.Outbox, db.Receipts);
        var gone = await db.Users
            .Where(a => a.Id == id && a.Deleted != null)
            .Where(a => !receipts.Any(r => r.OwnerId == id))
            .Where(a => !outbox.Any(m => m.OwnerId == id && m.NextAttempt != null))
            .Where(a => !mails.Any(m => m.OwnerId == id && m.Kind == MailKind.SecretLink && m.Created > counts))
            .ExecuteDeleteAsync();
        db.Deleted(gone); // its undeliverable mails are deleted with it
        return gone;
    }
}

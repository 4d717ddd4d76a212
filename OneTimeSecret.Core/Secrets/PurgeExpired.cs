using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Deletes expired secrets and expired receipts. Reads and claims do not depend on it, because they compare the times themselves. Works
/// in batches through the write queue, so that callers are served in between.
/// </summary>
public sealed class PurgeExpired(WriteTransaction write, TimeProvider time)
{
    private const int BatchSize = 32;

    /// <summary>Bytes of secrets in a batch. Deleting writes as much to the log, and the disk may be full.</summary>
    private const int BatchBytes = 1024 * 1024;

    /// <summary>Deletes all rows that are due now.</summary>
    /// <returns>The number of deleted rows of each kind.</returns>
    public async Task<Purged> Run(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return new Purged(await All(db => DeleteSecrets(db, now), cancellation), await All(db => DeleteReceipts(db, now), cancellation));
    }

    private async Task<int> All(Func<OtsDbContext, Task<int>> deleteBatch, CancellationToken cancellation)
    {
        var total = 0;
        int deleted;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            total += deleted = await write.RunWhenRoom(async db =>
            {
                var rows = await deleteBatch(db);
                db.Deleted(rows);
                return rows;
            });
        }
        while (deleted > 0);
        return total;
    }

    private static async Task<int> DeleteSecrets(OtsDbContext db, DateTimeOffset now)
    {
        // The rows are selected by their keys, so that the cost depends on the batch and not on the number of receipts.
        var batch = await db.Secrets
            .Where(s => s.Expires <= now).OrderBy(s => s.Expires).Take(BatchSize)
            .Select(s => new { s.Id, s.ReceiptId, Bytes = s.Box.Length }).ToListAsync();
        if (batch.Count == 0)
            return 0;
        var bytes = 0;
        batch = [.. batch.TakeWhile((secret, i) => (bytes += secret.Bytes) <= BatchBytes || i == 0)];
        await db.Lock([.. batch.Select(s => RowLock.Secret(s.Id))]); // so that the counted rows are the deleted rows
        var due = batch.ConvertAll(s => s.ReceiptId);
        await db.Receipts
            .Where(r => due.Contains(r.Id) && r.State == ReceiptState.New)
            .ExecuteUpdateAsync(set => set
                .SetProperty(r => r.State, ReceiptState.Expired) // so that lists find the receipt by its state
                .SetProperty(r => r.SealedSecretKey, (byte[]?)null));
        var secrets = db.Secrets.Where(s => due.Contains(s.ReceiptId) && s.Expires <= now);
        var gone = await StoredSecret.Loss(secrets);
        db.Count(gone with { Expired = -gone.Secrets });
        return await secrets.ExecuteDeleteAsync();
    }

    private static async Task<int> DeleteReceipts(OtsDbContext db, DateTimeOffset now)
    {
        var due = await db.Receipts.Where(r => r.Expires <= now).OrderBy(r => r.Expires).Take(BatchSize).Select(r => r.Id).ToListAsync();
        return due.Count == 0 ? 0 : await db.Receipts.Where(r => due.Contains(r.Id) && r.Expires <= now).ExecuteDeleteAsync();
    }
}

/// <summary>The numbers of rows that a purge deleted.</summary>
/// <param name="Secrets">Expired secrets.</param>
/// <param name="Receipts">Expired receipts.</param>
public sealed record Purged(int Secrets, int Receipts)
{
    /// <summary>The sum of both.</summary>
    public int Total => Secrets + Receipts;
}

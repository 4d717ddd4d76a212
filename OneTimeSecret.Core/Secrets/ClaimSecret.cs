using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// The heart of exactly-once: one guarded DELETE whose condition repeats expiry and lock, in one transaction with the receipt's
/// change. Of any number of callers the database lets one delete the row; only that one may disclose (docs/adr/0002).
/// </summary>
public sealed class ClaimSecret(WriteQueue queue, TimeProvider time)
{
    /// <summary>Claims the secret, and moves its receipt to <paramref name="final"/>.</summary>
    /// <param name="secretId">The secret.</param>
    /// <param name="receiptId">Its receipt.</param>
    /// <param name="final">Received or burned.</param>
    /// <param name="spent">The try of the right passphrase, where one is set; given back when the claim fails.</param>
    /// <param name="cancellation">Counts until the claim begins; from then on its outcome is waited for.</param>
    /// <returns>True for exactly one caller in the life of a secret.</returns>
    internal Task<bool> Run(
        byte[] secretId, byte[] receiptId, ReceiptState final, TryOutcome.Spent? spent, CancellationToken cancellation) => queue.Run(
        async db =>
        {
            var now = time.GetUtcNow();
            if (await Claimable(db, secretId, now, spent).ExecuteDeleteAsync() == 0)
            {
                if (spent is not null)
                    await PassphraseTries.Refund(db, spent);
                return false;
            }
            var moved = await db.Receipts
                .Where(r => r.Id == receiptId && r.State == ReceiptState.New)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(r => r.State, final)
                    .SetProperty(r => r.Updated, now)
                    .SetProperty(r => r.SealedSecretKey, (byte[]?)null));
            // A secret whose receipt says that it was taken already has come back from a copy. Taking it would be a second time.
            return moved == 1
                ? true
                : throw new InvalidOperationException("A secret's row and its receipt disagree: nothing is disclosed.");
        },
        cancellation);

    private static IQueryable<StoredSecret> Claimable(OtsDbContext db, byte[] secretId, DateTimeOffset now, TryOutcome.Spent? spent)
    {
        var alive = db.Secrets.Where(s => s.Id == secretId && s.Expires > now);
        if (spent is null)
            return alive;
        // A lock that this very try set, in case it was wrong, does not count against it; one that others set meanwhile does.
        var (use, client, mine, all) = (spent.Mine.Use, spent.Mine.Client, spent.Mine.Sets, spent.All.Sets);
        return alive.Where(s => !db.Tries.Any(t => t.SecretId == s.Id && t.Use == use && t.LockedUntil > now
            && ((t.Client == client && t.LockedUntil != mine) || (t.Client == PassphraseTry.Everybody && t.LockedUntil != all))));
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Retries;

/// <summary>Deletes the answer that is kept for a secret, when somebody burns the secret after it was revealed.</summary>
public sealed class DropAnswer(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write)
{
    /// <summary>Deletes the answer of a receipt's secret. Its receipt stays as it is, because the secret was revealed.</summary>
    /// <param name="receiptId">The id of the receipt.</param>
    /// <param name="by">The caller, for the audit trail.</param>
    /// <param name="cancellation">Has an effect only until the write begins.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was deleted.</exception>
    internal async Task<bool> Run(byte[] receiptId, Caller by, CancellationToken cancellation)
    {
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            if (!await db.KeptAnswers.AnyAsync(a => a.ReceiptId == receiptId, cancellation))
                return false; // nearly always: a burn of an unknown key must not write
        return await write.Run(
            async db =>
            {
                if (!await Run(db, receiptId))
                    return false;
                db.Note(Act.Of(AuditKind.SecretBurned, by) with
                {
                    Subject = StoredReceipt.ShortId(receiptId), Detail = "after the reveal: its answer was kept for a repeated request",
                });
                return true;
            },
            cancellation);
    }

    /// <summary>The same, inside a write that records the act itself.</summary>
    internal static async Task<bool> Run(OtsDbContext db, byte[] receiptId)
    {
        var gone = await db.KeptAnswers.Where(a => a.ReceiptId == receiptId).ExecuteDeleteAsync();
        db.Deleted(gone);
        return gone > 0;
    }
}

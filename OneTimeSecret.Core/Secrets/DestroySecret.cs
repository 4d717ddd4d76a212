using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Destroys any unread secret, for an administrator: the same claim as a burn, without a key and with a reason.</summary>
public sealed class DestroySecret(AdminAct act, ClaimSecret claims, TimeProvider time)
{
    /// <summary>Destroys the secret of a receipt. Needs no passphrase. A lock does not prevent it.</summary>
    /// <param name="admin">The caller.</param>
    /// <param name="rowId"><see cref="AnyReceipt.RowId"/>.</param>
    /// <param name="reason">The reason, for the audit trail: 1 to <see cref="AdminAct.MaxReason"/> characters.</param>
    /// <param name="cancellation">Has an effect only until the act begins. After that its outcome is awaited.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was destroyed.</exception>
    public async Task<AdminOutcome> Run(Caller admin, string? rowId, string reason, CancellationToken cancellation)
    {
        var why = AdminAct.Reason(reason);
        if (ListedReceipt.ParseId(rowId) is not { } id)
            return AdminOutcome.NotThere;
        return await act.Run(
            admin, AuditKind.SecretDestroyed, StoredReceipt.ShortId(id), why,
            async db =>
            {
                var now = time.GetUtcNow();
                var secret = await db.Secrets
                    .Where(s => s.ReceiptId == id && s.Expires > now)
                    .Join(
                        db.Receipts, s => s.ReceiptId, r => r.Id,
                        (s, r) => new { s.Id, s.Expires, s.Box.Length, MakerId = r.Adopted ? null : r.OwnerId })
                    .SingleOrDefaultAsync();
                if (secret is null) // it may have been revealed, and its answer kept for a repeated request
                    return await DropAnswer.Run(db, id) ? AdminOutcome.Done : AdminOutcome.NotThere;
                var claim = new Claim(
                    new SecretBox.SecretPlace(secret.Id, id, secret.MakerId, secret.Expires), secret.Length, ReceiptState.Burned, admin);
                return await claims.Run(db, claim) is ClaimOutcome.Claimed ? AdminOutcome.Done : AdminOutcome.NotThere;
            },
            cancellation);
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Adds a receipt without an owner to an account's history. Every holder of the metadata key may do this. The secret does not change: its
/// boxes could be sealed anew only with the link, so they still name no owner.
/// </summary>
public sealed class AdoptReceipt(WriteTransaction write, KeyRing ring, RecentSignals recent, TimeProvider time)
{
    /// <summary>Adds the receipt of <paramref name="key"/> to those of <paramref name="caller"/>.</summary>
    /// <returns>Whether the caller owns the receipt now. False: no such receipt, it has an owner, or the caller has no account.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<bool> Run(MetadataKey? key, Caller caller, CancellationToken cancellation)
    {
        if (key is null || caller.Account is not { } account)
            return false;
        var place = StoredReceipt.MetadataKeyPlaceOf(key.Id, account.Id);
        using var material = key.Material();
        var box = ring.Seal(place, material.Span);
        return await write.Run(
            async db =>
            {
                if (await Adopt(db, key.Id, account.Id, box) == 0)
                    return false;
                db.Note(Act.Of(AuditKind.ReceiptAdopted, caller) with { Subject = StoredReceipt.ShortId(key.Id) });
                db.AfterCommit(() => recent.Raise(account.Id));
                return true;
            },
            cancellation);
    }

    private Task<int> Adopt(OtsDbContext db, byte[] id, Guid owner, byte[] box)
    {
        var now = time.GetUtcNow();
        return db.Receipts
            .Where(r => r.Id == id && r.OwnerId == null && r.Expires > now)
            .ExecuteUpdateAsync(set => set
                .SetProperty(r => r.OwnerId, owner)
                .SetProperty(r => r.Adopted, true)
                .SetProperty(r => r.SealedMetadataKey, box));
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Reads a receipt. Changes nothing.</summary>
public sealed class FindReceipt(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>The receipt of <paramref name="key"/>, or null when there is none (any more).</summary>
    public async Task<Receipt?> Run(MetadataKey? key, CancellationToken cancellation)
    {
        if (key is null)
            return null;
        var (id, now) = (key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var found = await db.Receipts.AsNoTracking()
            .Where(r => r.Id == id && r.Expires > now)
            .Select(r => new
            {
                Stored = r,
                SecretId = db.Secrets.Where(s => s.ReceiptId == r.Id).Select(s => s.Id).FirstOrDefault(),
                OwnerEmail = db.Users.Where(a => a.Id == r.OwnerId).Select(a => a.Email).FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;

        var receipt = Receipt.Of(found.Stored, key.Text, found.SecretId is not null, found.OwnerEmail, now);
        if (receipt.State != ReceiptState.New)
            return receipt;
        receipt = receipt with { SecretKey = found.Stored.OpenSecretKey(key)?.Text };
        if (!receipt.HasPassphrase)
            return receipt;
        var tries = await db.Tries.AsNoTracking().SingleOrDefaultAsync(
            t => t.SecretId == found.SecretId && t.Client == PassphraseTry.Everybody && t.Use == PassphraseUse.Reveal, cancellation);
        return receipt with { WrongTries = tries?.Count ?? 0, LockedUntil = tries?.LockedUntil > now ? tries.LockedUntil : null };
    }
}

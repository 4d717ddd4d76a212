using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>Reads a receipt. Changes nothing.</summary>
public sealed class FindReceipt(
    IDbContextFactory<OtsDbContext> contexts, OwnReceipts own, TimeProvider time, IOptions<LimitOptions> limits)
{
    /// <summary>The receipt of <paramref name="key"/> with its wrong tries and locks; null if there is none (any more).</summary>
    public Task<Receipt?> Run(MetadataKey? key, CancellationToken cancellation) => Run(key, withTries: true, cancellation);

    /// <summary>The same, but reads wrong tries and locks only if <paramref name="withTries"/> is set.</summary>
    public async Task<Receipt?> Run(MetadataKey? key, bool withTries, CancellationToken cancellation)
    {
        if (key is null)
            return null;
        var (id, now) = (key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var (mails, secrets) = (db.Mails, db.Secrets);
        var found = await db.Receipts.AsNoTracking()
            .Where(r => r.Id == id && r.Expires > now)
            .Select(r => new
            {
                Stored = r,
                SecretId = secrets.Where(s => s.ReceiptId == r.Id).Select(s => s.Id).FirstOrDefault(),
                // The anonymous creator, or another holder of the key, must not learn who adopted the receipt.
                OwnerEmail = db.Users.Where(a => a.Id == r.OwnerId && !r.Adopted).Select(a => a.Email).FirstOrDefault(),
                Mail = mails.Where(m => m.ReceiptId == r.Id && m.Kind == MailKind.SecretLink)
                    .Select(m => (MailState?)m.State).FirstOrDefault(),
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;

        var receipt = Receipt.Of(found.Stored, key.Text, found.SecretId is not null, found.OwnerEmail, now) with { Mail = found.Mail };
        if (receipt.State != ReceiptState.New)
            return receipt;
        receipt = receipt with { SecretKey = found.Stored.OpenSecretKey(key)?.Text };
        return withTries && receipt.HasPassphrase ? await WithTries(db, receipt, found.SecretId!, now, cancellation) : receipt;
    }

    /// <summary>
    /// The receipt of a row in the list of <paramref name="account"/>, without the key of its secret. Null if it has another owner or
    /// none, has expired, or was changed outside the program, and for any other text.
    /// </summary>
    /// <param name="account">The owner.</param>
    /// <param name="rowId"><see cref="ListedReceipt.RowId"/>.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<ListedReceipt?> Run(SignedIn account, string? rowId, CancellationToken cancellation) =>
        await own.Key(account.Id, rowId, cancellation) is { } key && await Run(key, withTries: false, cancellation) is { } receipt
            ? ListedReceipt.Of(receipt with { SecretKey = null }, key.Id)
            : null;

    private async Task<Receipt> WithTries(
        OtsDbContext db, Receipt receipt, byte[] secretId, DateTimeOffset now, CancellationToken cancellation)
    {
        var tries = await db.Tries.AsNoTracking()
            .Where(t => t.SecretId == secretId && t.Use == PassphraseUse.Reveal)
            .Where(t => t.Client == PassphraseTry.Everybody || t.LockedUntil > now)
            .ToListAsync(cancellation);
        var all = tries.Find(t => t.Client.Length == 0);
        return receipt with
        {
            WrongTries = all?.Count ?? 0,
            LockedUntil = all?.LockedUntil > now ? all.LockedUntil : null,
            AnyLocked = tries.Exists(t => t.LockedUntil > now),
            LiftsLeft = Math.Max(0, limits.Value.LiftsInAll - (all?.Lifts ?? 0)),
        };
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Claims a secret exactly once. One guarded DELETE checks expiry, lock and the receipt's state again, in one transaction with the update
/// of the receipt. The database lets only one caller delete the row, and only that caller may disclose the secret (docs/adr/0002).
/// </summary>
public sealed class ClaimSecret(
    WriteTransaction write, ReceiptSignals signals, RecentSignals recent, PostMail post, StorageRoom room, PurgeAnswers purge,
    TimeProvider time, IOptions<MailOptions> mail)
{
    /// <summary>Claims a secret.</summary>
    /// <param name="claim">The secret and its final state.</param>
    /// <param name="cancellation">Has an effect only until the claim begins. After that its outcome is awaited.</param>
    /// <returns><see cref="ClaimOutcome.Claimed"/> for at most one caller in the life of a secret.</returns>
    internal async Task<ClaimOutcome> Run(Claim claim, CancellationToken cancellation)
    {
        try
        {
            return await write.Run(
                async db =>
                {
                    var taken = await Run(db, claim);
                    if (taken is ClaimOutcome.Claimed)
                        db.Note(Act.Of(ActOf(claim), claim.By) with { Subject = StoredReceipt.ShortId(claim.Place.ReceiptId) });
                    return taken;
                },
                cancellation);
        }
        finally
        {
            if (claim.Kept is { } kept)
                purge.Expect(kept.Until); // also if the outcome is unknown
        }
    }

    /// <summary>The claim itself, inside a write.</summary>
    internal async Task<ClaimOutcome> Run(OtsDbContext db, Claim claim)
    {
        var (place, final, spent, owner) = (claim.Place, claim.Final, claim.Spent, claim.Owner);
        await db.Lock(RowLock.Secret(place.SecretId));
        var now = time.GetUtcNow(); // read after the lock, because waiting for it may take time
        var alive = Alive(db, place, now);
        var receipts = db.Receipts;
        if (owner is not null)
            alive = alive.Where(s => receipts.Any(r => r.Id == s.ReceiptId && r.OwnerId == owner));
        if (await Unlocked(db, alive, spent, now).ExecuteDeleteAsync() == 0)
            return spent is null ? new ClaimOutcome.Gone() : await GiveBack(db, alive, spent, now);
        await db.Receipts
            .Where(r => r.Id == place.ReceiptId)
            .ExecuteUpdateAsync(set => set
                .SetProperty(r => r.State, final)
                .SetProperty(r => r.Updated, now)
                .SetProperty(r => r.SealedSecretKey, (byte[]?)null));
        var isRevealed = final == ReceiptState.Received;
        db.Count(new Tally(Revealed: isRevealed ? 1 : 0, Burned: isRevealed ? 0 : 1, Secrets: -1, Bytes: -claim.Size));
        if (isRevealed)
            await TellOwner(db, place, now);
        var history = await History(db, place);
        var keptUntil = await Keep(db, claim.Kept);
        db.Deleted();
        db.AfterCommit(() =>
        {
            signals.Raise(place.ReceiptId, final);
            recent.Raise(history);
        });
        return new ClaimOutcome.Claimed(keptUntil);
    }

    private static AuditKind ActOf(Claim claim) =>
        claim.Final == ReceiptState.Received ? AuditKind.SecretRevealed : AuditKind.SecretBurned;

    /// <summary>Stores the answer for a repeated request, but not while room is short: a full disk stops no reveal.</summary>
    /// <returns>Until when it is kept. Null: it is not.</returns>
    private async Task<DateTimeOffset?> Keep(OtsDbContext db, KeptAnswer? kept)
    {
        if (kept is null || !await room.Takes(db, kept.Box.Length))
            return null;
        db.Add(kept);
        return kept.Until;
    }

    /// <summary>
    /// The account whose history contains the receipt. The boxes of an adopted receipt do not name it, so it is read from the row. That
    /// read happens only while somebody watches a history.
    /// </summary>
    private async Task<Guid?> History(OtsDbContext db, SecretBox.SecretPlace place) =>
        place.Owner is null && recent.Watched > 0
            ? await db.Receipts.Where(r => r.Id == place.ReceiptId).Select(r => r.OwnerId).SingleOrDefaultAsync()
            : place.Owner;

    /// <summary>Queues a mail to an owner who wants to know that the secret was viewed.</summary>
    private async Task TellOwner(OtsDbContext db, SecretBox.SecretPlace place, DateTimeOffset now)
    {
        if (!mail.Value.Sends())
            return;
        var owner = await db.Receipts
            .Where(r => r.Id == place.ReceiptId)
            .Join(db.Users.Where(a => a.MailWhenViewed && a.EmailConfirmed), r => r.OwnerId, a => a.Id, (r, a) => new { a.Id, a.Email })
            .SingleOrDefaultAsync();
        if (owner is null)
            return;
        var content = new SecretViewedMail(owner.Email!, StoredReceipt.ShortId(place.ReceiptId), now);
        post.Add(db, post.Prepare(MailKind.SecretViewed, owner.Id, content, place.ReceiptId));
    }

    /// <summary>If its receipt is no longer new, the secret came back from a backup. A claim would disclose it a second time.</summary>
    private static IQueryable<StoredSecret> Alive(OtsDbContext db, SecretBox.SecretPlace place, DateTimeOffset now)
    {
        var receipts = db.Receipts;
        return db.Secrets
            .Where(s => s.Id == place.SecretId && s.ReceiptId == place.ReceiptId && s.Expires > now)
            .Where(s => receipts.Any(r => r.Id == s.ReceiptId && r.State == ReceiptState.New));
    }

    private static IQueryable<StoredSecret> Unlocked(
        OtsDbContext db, IQueryable<StoredSecret> alive, TryOutcome.Spent? spent, DateTimeOffset now)
    {
        if (spent is null)
            return alive;
        // This try may have set a lock before its passphrase was checked. Only locks of other tries count.
        var (use, client, mine, all) = (spent.Mine.Use, spent.Mine.Client, spent.Mine.Sets, spent.All.Sets);
        var tries = db.Tries;
        return alive.Where(s => !tries.Any(t => t.SecretId == s.Id && t.Use == use && t.LockedUntil > now
            && ((t.Client == client && t.LockedUntil != mine) || (t.Client == PassphraseTry.Everybody && t.LockedUntil != all))));
    }

    private static async Task<ClaimOutcome> GiveBack(
        OtsDbContext db, IQueryable<StoredSecret> alive, TryOutcome.Spent spent, DateTimeOffset now)
    {
        await PassphraseTries.Refund(db, spent);
        // Checked in the same transaction: the caller may try again after a lock, but not if the secret no longer exists.
        var (secretId, use, client) = (spent.Mine.SecretId, spent.Mine.Use, spent.Mine.Client);
        return await alive.AnyAsync()
            && await PassphraseTries.LockedUntil(db, secretId, use, client, now, CancellationToken.None) is { } until
            ? new ClaimOutcome.Locked(until)
            : new ClaimOutcome.Gone();
    }
}

/// <summary>A claim: the secret, and its final state.</summary>
/// <param name="Place">The secret, its receipt, and the account that its boxes name.</param>
/// <param name="Size">Size of its box in bytes.</param>
/// <param name="Final">Received or burned.</param>
/// <param name="By">The caller.</param>
internal sealed record Claim(SecretBox.SecretPlace Place, int Size, ReceiptState Final, Caller By)
{
    /// <summary>The try that checked the passphrase; null: none was checked. It is given back if the claim fails.</summary>
    public TryOutcome.Spent? Spent { get; init; }

    /// <summary>The answer to store with the claim, for a repeated request. Null: none.</summary>
    public KeptAnswer? Kept { get; init; }

    /// <summary>Claims the secret only while its receipt is in the history of this account; null: no such condition.</summary>
    public Guid? Owner { get; init; }
}

/// <summary>The outcome of a claim.</summary>
internal abstract record ClaimOutcome
{
    /// <summary>This caller claimed the secret, and its row is deleted.</summary>
    /// <param name="KeptUntil">Until when the answer is kept for a repeated request. Null: it is not.</param>
    public sealed record Claimed(DateTimeOffset? KeptUntil) : ClaimOutcome;

    /// <summary>There is nothing to claim (any more).</summary>
    public sealed record Gone : ClaimOutcome;

    /// <summary>The secret still exists. Others locked it while the hash of the right passphrase was computed.</summary>
    public sealed record Locked(DateTimeOffset Until) : ClaimOutcome;
}

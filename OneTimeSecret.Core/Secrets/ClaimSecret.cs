using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// The heart of exactly-once: one guarded DELETE whose condition repeats expiry, lock and the receipt's state, in one transaction with
/// the receipt's change. Of any number of callers the database lets one delete the row; only that one may disclose (docs/adr/0002).
/// </summary>
public sealed class ClaimSecret(
    WriteTransaction write, ReceiptSignals signals, RecentSignals recent, PostMail post, TimeProvider time,
    IOptions<MailOptions> mail)
{
    /// <summary>Claims a secret.</summary>
    /// <param name="claim">Which, and to what end.</param>
    /// <param name="cancellation">Counts until the claim begins; from then on its outcome is waited for.</param>
    /// <returns><see cref="ClaimOutcome.Claimed"/> for exactly one caller in the life of a secret.</returns>
    internal Task<ClaimOutcome> Run(Claim claim, CancellationToken cancellation) => write.Run(
        async db =>
        {
            var taken = await Run(db, claim);
            if (taken is ClaimOutcome.Claimed)
                db.Note(Act.Of(claim.Final == ReceiptState.Received ? AuditKind.SecretRevealed : AuditKind.SecretBurned, claim.By) with
                {
                    Subject = StoredReceipt.ShortId(claim.Place.ReceiptId),
                });
            return taken;
        },
        cancellation);

    /// <summary>The claim itself, inside of a write.</summary>
    internal async Task<ClaimOutcome> Run(OtsDbContext db, Claim claim)
    {
        var (place, final, spent, owner) = (claim.Place, claim.Final, claim.Spent, claim.Owner);
        await db.Lock(RowLock.Secret(place.SecretId));
        var now = time.GetUtcNow(); // behind the lock, which may take its time
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
        db.Deleted();
        db.AfterCommit(() =>
        {
            signals.Raise(place.ReceiptId, final);
            recent.Raise(history);
        });
        return new ClaimOutcome.Claimed();
    }

    /// <summary>
    /// The account whose history holds the receipt. The boxes of an adopted receipt do not name it, so it is read from the row, and only
    /// if somebody is watching a history.
    /// </summary>
    private async Task<Guid?> History(OtsDbContext db, SecretBox.SecretPlace place) =>
        place.Owner is null && recent.Watched > 0
            ? await db.Receipts.Where(r => r.Id == place.ReceiptId).Select(r => r.OwnerId).SingleOrDefaultAsync()
            : place.Owner;

    /// <summary>Writes to an owner who wants to know that the secret was viewed.</summary>
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

    /// <summary>A secret whose receipt says that it was taken has come back from a copy: taking it would be a second time.</summary>
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
        // A lock that this very try set, in case it was wrong, does not count against it; one that others set meanwhile does.
        var (use, client, mine, all) = (spent.Mine.Use, spent.Mine.Client, spent.Mine.Sets, spent.All.Sets);
        var tries = db.Tries;
        return alive.Where(s => !tries.Any(t => t.SecretId == s.Id && t.Use == use && t.LockedUntil > now
            && ((t.Client == client && t.LockedUntil != mine) || (t.Client == PassphraseTry.Everybody && t.LockedUntil != all))));
    }

    private static async Task<ClaimOutcome> GiveBack(
        OtsDbContext db, IQueryable<StoredSecret> alive, TryOutcome.Spent spent, DateTimeOffset now)
    {
        await PassphraseTries.Refund(db, spent);
        // Looked at in the same transaction: whoever lost to a lock is told so, and may come back; the others have nothing to come for.
        var (secretId, use, client) = (spent.Mine.SecretId, spent.Mine.Use, spent.Mine.Client);
        return await alive.AnyAsync()
            && await PassphraseTries.LockedUntil(db, secretId, use, client, now, CancellationToken.None) is { } until
            ? new ClaimOutcome.Locked(until)
            : new ClaimOutcome.Gone();
    }
}

/// <summary>What is claimed, and to what end.</summary>
/// <param name="Place">The secret, its receipt and whom its boxes name.</param>
/// <param name="Size">Bytes of its box.</param>
/// <param name="Final">Received or burned.</param>
/// <param name="By">Who claims it.</param>
internal sealed record Claim(SecretBox.SecretPlace Place, int Size, ReceiptState Final, Caller By)
{
    /// <summary>The try of the right passphrase, where one is set; given back when the claim fails.</summary>
    public TryOutcome.Spent? Spent { get; init; }

    /// <summary>Takes the secret only while its receipt is in the history of this account; null: of whomever.</summary>
    public Guid? Owner { get; init; }
}

/// <summary>What came of claiming.</summary>
internal abstract record ClaimOutcome
{
    /// <summary>The secret was this caller's, and is gone.</summary>
    public sealed record Claimed : ClaimOutcome;

    /// <summary>There was nothing (any more) to claim.</summary>
    public sealed record Gone : ClaimOutcome;

    /// <summary>The secret is still there; others locked it while the right passphrase was computed.</summary>
    public sealed record Locked(DateTimeOffset Until) : ClaimOutcome;
}

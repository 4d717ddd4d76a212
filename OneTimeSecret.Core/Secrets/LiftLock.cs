using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Lifts the locks that wrong passphrases set on revealing a secret. Every holder of the metadata key may do this. Wrong passphrases stay
/// counted, and the number of lifts of a secret is limited, so that lifts do not allow endless guessing.
/// </summary>
public sealed class LiftLock(WriteTransaction write, TimeProvider time, IOptions<LimitOptions> limits)
{
    /// <summary>Lifts all locks on revealing the secret of this receipt: the lock for everybody and those of single clients.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was lifted.</exception>
    public async Task<LiftOutcome> Run(MetadataKey? key, Caller caller, CancellationToken cancellation)
    {
        if (key is null)
            return new LiftOutcome.NothingToLift();
        return await write.Run(
            async db =>
            {
                var outcome = await Lift(db, key.Id, time.GetUtcNow(), limits.Value.LiftsInAll);
                if (outcome is LiftOutcome.Lifted)
                    db.Note(Act.Of(AuditKind.LockLifted, caller) with { Subject = StoredReceipt.ShortId(key.Id) });
                return outcome;
            },
            cancellation);
    }

    private static async Task<LiftOutcome> Lift(OtsDbContext db, byte[] receiptId, DateTimeOffset now, int max)
    {
        // The id of the secret is read first, so that its tries are found by their key and not by a scan.
        var receipts = db.Receipts;
        var secretId = await db.Secrets
            .Where(s => s.ReceiptId == receiptId && s.Expires > now)
            .Where(s => receipts.Any(r => r.Id == s.ReceiptId && r.State == ReceiptState.New))
            .Select(s => s.Id).SingleOrDefaultAsync();
        if (secretId is null)
            return new LiftOutcome.NothingToLift();
        await db.Lock(RowLock.Secret(secretId)); // the id may be read before the lock, because it never changes
        var tries = db.Tries.Where(t => t.SecretId == secretId && t.Use == PassphraseUse.Reveal);
        var counted = await tries
            .Where(t => t.Client == PassphraseTry.Everybody && t.Lifts < max && tries.Any(any => any.LockedUntil > now))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Lifts, t => t.Lifts + 1));
        if (counted == 0)
            return await tries.AnyAsync(t => t.LockedUntil > now) ? new LiftOutcome.Exhausted() : new LiftOutcome.NothingToLift();
        await tries.Where(t => t.LockedUntil != null).ExecuteUpdateAsync(set => set.SetProperty(t => t.LockedUntil, (DateTimeOffset?)null));
        return new LiftOutcome.Lifted();
    }
}

/// <summary>The outcome of a lift.</summary>
public abstract record LiftOutcome
{
    private LiftOutcome() { }

    /// <summary>All locks on revealing were lifted.</summary>
    public sealed record Lifted : LiftOutcome;

    /// <summary>There is no lock in force, or no such secret (any more).</summary>
    public sealed record NothingToLift : LiftOutcome;

    /// <summary>A lock is in force, but all lifts of the secret are used up. The lock ends at its time, or with the secret.</summary>
    public sealed record Exhausted : LiftOutcome;
}

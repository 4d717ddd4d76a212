using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Limits the guessing of passphrases. A try is spent before its hash is computed, so that parallel guesses cannot run more hashes than
/// the limits allow. The right passphrase deletes the secret, and the counters with it.
/// </summary>
public sealed class PassphraseTries(
    WriteTransaction write, IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time, IOptions<LimitOptions> limits)
{
    /// <summary>Until when this client may not try; null: not locked at the time of this read.</summary>
    internal async Task<DateTimeOffset?> LockedUntil(byte[] secretId, PassphraseUse use, string client, CancellationToken cancellation)
    {
        var (clientHash, now) = (ring.Hash("client", client), time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await LockedUntil(db, secretId, use, clientHash, now, cancellation);
    }

    /// <summary>Spends one try of this client and of everybody.</summary>
    /// <returns>The try, or the end of the lock; <see cref="TryOutcome.Gone"/> if the secret no longer exists.</returns>
    internal Task<TryOutcome> Spend(byte[] secretId, PassphraseUse use, string client, CancellationToken cancellation)
    {
        var clientHash = ring.Hash("client", client);
        return write.Run(
            async db =>
            {
                await db.Lock(RowLock.Secret(secretId));
                var now = time.GetUtcNow();
                if (!await db.Secrets.AnyAsync(s => s.Id == secretId && s.Expires > now))
                    return new TryOutcome.Gone();
                // Checked before anything is written: locked clients must not be able to fill the table.
                if (await LockedUntil(db, secretId, use, clientHash, now, CancellationToken.None) is { } locked)
                    return new TryOutcome.Locked(locked);
                var mine = await Count(db, secretId, use, clientHash, limits.Value.ClientLock, now);
                if (mine.LockedUntil is { } clientLock)
                    return new TryOutcome.Locked(clientLock);
                var all = await Count(db, secretId, use, PassphraseTry.Everybody, limits.Value.SecretLock, now);
                if (all.LockedUntil is { } secretLock)
                {
                    await Refund(db, mine);
                    return new TryOutcome.Locked(secretLock);
                }
                return (TryOutcome)new TryOutcome.Spent(mine, all);
            },
            cancellation);
    }

    /// <summary>Gives a spent try back: the passphrase was right, but the secret was not claimed.</summary>
    internal Task<int> Refund(TryOutcome.Spent spent) => write.RunWhenRoom(async db =>
    {
        await db.Lock(RowLock.Secret(spent.Mine.SecretId));
        return await Refund(db, spent);
    });

    internal static async Task<int> Refund(OtsDbContext db, TryOutcome.Spent spent) =>
        await Refund(db, spent.Mine) + await Refund(db, spent.All);

    internal static Task<DateTimeOffset?> LockedUntil(
        OtsDbContext db, byte[] secretId, PassphraseUse use, byte[] client, DateTimeOffset now, CancellationToken cancellation) => db.Tries
        .Where(t => t.SecretId == secretId && t.Use == use && t.LockedUntil > now
            && (t.Client == client || t.Client == PassphraseTry.Everybody))
        .MaxAsync(t => t.LockedUntil, cancellation);

    private static async Task<Counted> Count(
        OtsDbContext db, byte[] secretId, PassphraseUse use, byte[] client, Func<int, DateTimeOffset, DateTimeOffset?> lockAfter,
        DateTimeOffset now)
    {
        var row = await db.Tries.AsNoTracking().SingleOrDefaultAsync(t => t.SecretId == secretId && t.Client == client && t.Use == use);
        var count = row?.Count ?? 0;
        var sets = lockAfter(count + 1, now);
        if (row is null)
        {
            db.Add(new PassphraseTry { SecretId = secretId, Client = client, Use = use, Count = 1, LockedUntil = sets });
            await db.SaveChangesAsync(); // the next statement may read the row
            return new Counted(secretId, use, client, sets, null);
        }
        var counted = await db.Tries
            .Where(t => t.SecretId == secretId && t.Client == client && t.Use == use && t.Count == count
                && (t.LockedUntil == null || t.LockedUntil <= now))
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, count + 1).SetProperty(t => t.LockedUntil, sets));
        return new Counted(secretId, use, client, sets, counted == 1 ? null : row.LockedUntil ?? now);
    }

    private static Task<int> Refund(OtsDbContext db, Counted counted) => db.Tries
        .Where(t => t.SecretId == counted.SecretId && t.Client == counted.Client && t.Use == counted.Use)
        .ExecuteUpdateAsync(set => set
            .SetProperty(t => t.Count, t => t.Count - 1)
            .SetProperty(t => t.LockedUntil, t => t.LockedUntil == counted.Sets ? null : t.LockedUntil));

    /// <summary>One counter after a try.</summary>
    /// <param name="SecretId">The secret.</param>
    /// <param name="Use">Revealing or burning.</param>
    /// <param name="Client">The hash of the client, or <see cref="PassphraseTry.Everybody"/>.</param>
    /// <param name="Sets">The lock that this try set in advance, in case it is wrong; null: none.</param>
    /// <param name="LockedUntil">Until when the counter was locked, so that nothing was counted; null: counted.</param>
    internal sealed record Counted(byte[] SecretId, PassphraseUse Use, byte[] Client, DateTimeOffset? Sets, DateTimeOffset? LockedUntil);
}

/// <summary>The outcome of spending a try.</summary>
internal abstract record TryOutcome
{
    /// <summary>The try is counted; the caller may compute one hash.</summary>
    public sealed record Spent(PassphraseTries.Counted Mine, PassphraseTries.Counted All) : TryOutcome;

    /// <summary>No hash may be computed before <paramref name="Until"/>.</summary>
    public sealed record Locked(DateTimeOffset Until) : TryOutcome;

    /// <summary>There is no such secret (any more).</summary>
    public sealed record Gone : TryOutcome;
}

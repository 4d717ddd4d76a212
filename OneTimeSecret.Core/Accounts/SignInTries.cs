using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Counts attempts against guessing, in the database. A try is spent before anything slow or telling is done with it, so that no
/// number of attempts at once gets past a limit; what was right is given back.
/// </summary>
public sealed class SignInTries(WriteTransaction write, KeyRing ring, TimeProvider time)
{
    /// <summary>Spends a try on every one of <paramref name="limits"/>, or on none if one is exhausted.</summary>
    /// <returns>How long to wait when there is no try left; null: go on.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal Task<TimeSpan?> Spend(CancellationToken cancellation, params TryLimit[] limits) => write.Run(
        async db =>
        {
            await db.Lock([.. limits.Select(limit => RowLock.SignInTry(Who(limit)))]);
            var now = time.GetUtcNow();
            TimeSpan? wait = null;
            foreach (var limit in limits)
            {
                var (who, most) = (Who(limit), limit.Most);
                if (await db.SignInTries.Where(t => t.Who == who && t.Until > now && t.Count >= most)
                    .Select(t => (DateTimeOffset?)t.Until).SingleOrDefaultAsync(CancellationToken.None) is { } until
                    && !(wait > until - now))
                    wait = until - now;
            }
            if (wait is null)
                foreach (var limit in limits)
                    await Count(db, Who(limit), limit, now);
            return wait;
        },
        cancellation);

    /// <summary>Gives tries back that were not wrong.</summary>
    internal Task<int> Refund(params TryLimit[] limits) => write.RunWhenRoom(async db =>
    {
        var refunded = 0;
        foreach (var limit in limits)
        {
            var who = Who(limit);
            refunded += await db.SignInTries.Where(t => t.Who == who && t.Count > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, t => t.Count - 1));
        }
        return refunded;
    });

    /// <summary>Forgets windows that have ended.</summary>
    /// <returns>How many.</returns>
    public Task<int> Purge() => write.RunWhenRoom(db =>
    {
        var now = time.GetUtcNow();
        return db.SignInTries.Where(t => t.Until <= now).ExecuteDeleteAsync();
    });

    private static async Task Count(OtsDbContext db, byte[] who, TryLimit limit, DateTimeOffset now)
    {
        var until = now + limit.Window;
        var counted = await db.SignInTries.Where(t => t.Who == who && t.Until > now)
            .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, t => t.Count + 1));
        if (counted == 0)
            counted = await db.SignInTries.Where(t => t.Who == who)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, 1).SetProperty(t => t.Until, until));
        if (counted == 0)
            db.Add(new SignInTry { Who = who, Count = 1, Until = until });
    }

    private byte[] Who(TryLimit limit) => ring.Hash("sign-in-try", $"{limit.Use}\n{limit.Who}");
}

/// <summary>One limit on tries.</summary>
/// <param name="Use">What is tried; ASCII, a constant beside its use.</param>
/// <param name="Who">Whose tries are counted together.</param>
/// <param name="Most">Tries in a window.</param>
/// <param name="Window">How long a window is, from its first try on.</param>
internal sealed record TryLimit(string Use, string Who, int Most, TimeSpan Window);

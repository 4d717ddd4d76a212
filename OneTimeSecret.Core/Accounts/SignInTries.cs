using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Limits guessing by counting attempts in the database. An attempt is counted before the password or code is checked, so that parallel
/// attempts cannot exceed a limit. An attempt that turns out right is subtracted again.
/// </summary>
public sealed class SignInTries(WriteTransaction write, KeyRing ring, TimeProvider time)
{
    /// <summary>Counts an attempt against each of <paramref name="limits"/>, or against none if one of them is used up.</summary>
    /// <returns>Null if the attempt may go on; otherwise how long to wait.</returns>
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

    /// <summary>Subtracts an attempt that was not wrong from each of <paramref name="limits"/>.</summary>
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

    /// <summary>Deletes the counters whose window has ended, and returns their number.</summary>
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

/// <summary>A limit on attempts.</summary>
/// <param name="Use">What is attempted: an ASCII constant.</param>
/// <param name="Who">The subject whose attempts are counted together.</param>
/// <param name="Most">The allowed attempts in a window.</param>
/// <param name="Window">The length of a window, which begins with its first attempt.</param>
internal sealed record TryLimit(string Use, string Who, int Most, TimeSpan Window);

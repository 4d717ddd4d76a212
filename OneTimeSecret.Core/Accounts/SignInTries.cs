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
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was counted.</exception>
    internal Task<SpentTry> Spend(CancellationToken cancellation, params TryLimit[] limits) =>
        write.Run(db => Spend(db, limits), cancellation);

    /// <summary>The same as a part of an operation, which is then counted with its other changes or not at all.</summary>
    internal async Task<SpentTry> Spend(OtsDbContext db, params TryLimit[] limits)
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
        return new SpentTry(wait, now, limits);
    }

    /// <summary>Subtracts an attempt that was not wrong from each of its limits.</summary>
    /// <returns>How many counters were lowered.</returns>
    internal Task<int> Refund(SpentTry spent) => write.RunWhenRoom(db => Refund(db, spent));

    /// <summary>The same as a part of an operation.</summary>
    internal async Task<int> Refund(OtsDbContext db, SpentTry spent)
    {
        var refunded = 0;
        foreach (var limit in spent.Limits)
        {
            // A window that began after the attempt ends later than this. The attempt is not counted in it.
            var (who, until) = (Who(limit), spent.At + limit.Window);
            refunded += await db.SignInTries.Where(t => t.Who == who && t.Until <= until && t.Count > 0)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Count, t => t.Count - 1));
        }
        return refunded;
    }

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

/// <summary>An attempt that was counted or refused.</summary>
/// <param name="Wait">Null: the attempt was counted and may go on. Otherwise it was not counted, and this is how long to wait.</param>
/// <param name="At">When it was counted.</param>
/// <param name="Limits">What it was counted against.</param>
internal sealed record SpentTry(TimeSpan? Wait, DateTimeOffset At, IReadOnlyList<TryLimit> Limits);

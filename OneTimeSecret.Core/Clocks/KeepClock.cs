using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Clocks;

/// <summary>Stores the latest time once a minute, and follows a <c>clock accept</c> that was run beside the server.</summary>
public sealed class KeepClock(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, SteadyClock clock)
{
    /// <summary>The time between two writes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Looks once. Writes only if the stored time is older than <see cref="Interval"/>.</summary>
    public async Task Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var stored = await db.Clocks.AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (stored is not null && stored.Acceptance != clock.Acceptance)
            clock.Accept(stored.Acceptance);
        var latest = clock.Read().Certain;
        if (stored is null || latest - stored.Latest >= Interval)
            await write.RunWhenRoom(to => Store(to, latest, clock.Acceptance));
    }

    /// <summary>A later time, and a newer <c>clock accept</c>, stay.</summary>
    private static async Task<int> Store(OtsDbContext db, DateTimeOffset latest, Guid? acceptance)
    {
        var stored = await db.Clocks
            .Where(c => c.Acceptance == acceptance && c.Latest < latest)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Latest, latest));
        if (stored == 0 && !await db.Clocks.AnyAsync())
            db.Add(new StoredClock { Id = StoredClock.OnlyId, Latest = latest, Acceptance = acceptance });
        return stored;
    }
}

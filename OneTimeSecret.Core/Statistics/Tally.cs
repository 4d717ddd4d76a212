using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Statistics;

/// <summary>What an operation adds to the counts of its day: see <see cref="DayCount"/>.</summary>
internal sealed record Tally(
    long Created = 0, long Revealed = 0, long Burned = 0, long Expired = 0, long Secrets = 0, long Bytes = 0)
{
    public static Tally operator +(Tally a, Tally b) => new(
        a.Created + b.Created, a.Revealed + b.Revealed, a.Burned + b.Burned, a.Expired + b.Expired, a.Secrets + b.Secrets,
        a.Bytes + b.Bytes);

    /// <summary>What is left when <paramref name="secrets"/> go.</summary>
    public static async Task<Tally> Without(IQueryable<StoredSecret> secrets) =>
        await secrets.GroupBy(_ => 1).Select(all => new { Count = all.Count(), Bytes = all.Sum(s => (long)s.Box.Length) })
            .SingleOrDefaultAsync() is { } gone
            ? new Tally(Secrets: -gone.Count, Bytes: -gone.Bytes)
            : new Tally();

    /// <summary>What there is by the counts of all days.</summary>
    public static async Task<Tally> Live(OtsDbContext db, CancellationToken cancellation) =>
        await db.DayCounts.GroupBy(_ => 1).Select(all => new { Secrets = all.Sum(d => d.Secrets), Bytes = all.Sum(d => d.Bytes) })
            .SingleOrDefaultAsync(cancellation) is { } live
            ? new Tally(Secrets: live.Secrets, Bytes: live.Bytes)
            : new Tally();

    /// <summary>Adds this to the counts of the day, in the transaction that holds the write lock.</summary>
    public async Task Write(OtsDbContext db, DateTimeOffset now)
    {
        var today = DayCount.Of(now);
        var counted = await db.DayCounts.Where(d => d.Day == today).ExecuteUpdateAsync(set => set
            .SetProperty(d => d.Created, d => d.Created + Created)
            .SetProperty(d => d.Revealed, d => d.Revealed + Revealed)
            .SetProperty(d => d.Burned, d => d.Burned + Burned)
            .SetProperty(d => d.Expired, d => d.Expired + Expired)
            .SetProperty(d => d.Secrets, d => d.Secrets + Secrets)
            .SetProperty(d => d.Bytes, d => d.Bytes + Bytes));
        if (counted > 0)
            return;
        db.DayCounts.Add(new DayCount
        {
            Day = today, Created = Created, Revealed = Revealed, Burned = Burned, Expired = Expired,
            Secrets = Secrets, Bytes = Bytes,
        });
        await db.SaveChangesAsync(CancellationToken.None);
        db.ChangeTracker.Clear();
    }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Statistics;

/// <summary>What an operation adds to the <see cref="DayCount"/> of its day.</summary>
internal sealed record Tally(
    long Created = 0, long Revealed = 0, long Burned = 0, long Expired = 0, long Secrets = 0, long Bytes = 0)
{
    public static Tally operator +(Tally a, Tally b) => new(
        a.Created + b.Created, a.Revealed + b.Revealed, a.Burned + b.Burned, a.Expired + b.Expired, a.Secrets + b.Secrets,
        a.Bytes + b.Bytes);

    /// <summary>The number and size of the unread secrets now: the sum of all days.</summary>
    public static async Task<Tally> Live(OtsDbContext db, CancellationToken cancellation) =>
        await db.DayCounts.GroupBy(_ => 1).Select(all => new { Secrets = all.Sum(d => d.Secrets), Bytes = all.Sum(d => d.Bytes) })
            .SingleOrDefaultAsync(cancellation) is { } live
            ? new Tally(Secrets: live.Secrets, Bytes: live.Bytes)
            : new Tally();

    /// <summary>Adds these numbers to the counts of the day. A day on which nothing happened gets no row.</summary>
    /// <remarks>One upsert, which every engine knows. An update through EF Core would cost more than a batch's audit rows.</remarks>
    public Task Write(OtsDbContext db, DateTimeOffset now) => this == new Tally() ? Task.CompletedTask : db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO "DayCounts" ("Day", "Created", "Revealed", "Burned", "Expired", "Secrets", "Bytes")
        VALUES ({DayCount.Of(now)}, {Created}, {Revealed}, {Burned}, {Expired}, {Secrets}, {Bytes})
        ON CONFLICT ("Day") DO UPDATE SET
            "Created" = "DayCounts"."Created" + excluded."Created", "Revealed" = "DayCounts"."Revealed" + excluded."Revealed",
            "Burned" = "DayCounts"."Burned" + excluded."Burned", "Expired" = "DayCounts"."Expired" + excluded."Expired",
            "Secrets" = "DayCounts"."Secrets" + excluded."Secrets", "Bytes" = "DayCounts"."Bytes" + excluded."Bytes"
        """);
}

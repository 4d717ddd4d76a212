using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>How many people want no mails, for administrators; who they are, only a keyed hash knows.</summary>
public sealed class BrowseOptOuts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>They are counted up to here.</summary>
    public const int MostCounted = 10_000;

    /// <summary>Those that there are.</summary>
    public async Task<OptOutList> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var count = await db.OptOuts.OrderBy(o => o.Created).Take(MostCounted + 1).CountAsync(cancellation);
        var latest = await db.OptOuts.MaxAsync(o => (DateTimeOffset?)o.Created, cancellation);
        return new OptOutList(Math.Min(count, MostCounted), count > MostCounted, latest);
    }
}

/// <summary>Addresses that want no mails.</summary>
/// <param name="Count">How many, at most <see cref="BrowseOptOuts.MostCounted"/>.</param>
/// <param name="More">Whether there are more than that.</param>
/// <param name="Latest">Since when the latest of them is out; null: there is none.</param>
public sealed record OptOutList(int Count, bool More, DateTimeOffset? Latest);

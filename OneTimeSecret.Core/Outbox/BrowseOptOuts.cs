using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Counts the opt-outs, for administrators. The database has only keyed hashes of the addresses.</summary>
public sealed class BrowseOptOuts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Opt-outs are counted up to this number.</summary>
    public const int MostCounted = 10_000;

    /// <summary>Counts the opt-outs.</summary>
    public async Task<OptOutList> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var count = await db.OptOuts.OrderBy(o => o.Created).Take(MostCounted + 1).CountAsync(cancellation);
        var latest = await db.OptOuts.MaxAsync(o => (DateTimeOffset?)o.Created, cancellation);
        return new OptOutList(Math.Min(count, MostCounted), count > MostCounted, latest);
    }
}

/// <summary>The opt-outs from mails with links.</summary>
/// <param name="Count">How many, at most <see cref="BrowseOptOuts.MostCounted"/>.</param>
/// <param name="More">Whether there are more than that.</param>
/// <param name="Latest">When the latest opt-out was made. Null: there is none.</param>
public sealed record OptOutList(int Count, bool More, DateTimeOffset? Latest);

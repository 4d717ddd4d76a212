using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Banner;

/// <summary>The text on top of all pages, from memory: every page asks. It is as old as the last <see cref="Refresh"/>.</summary>
public sealed class CurrentBanner(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    private volatile StoredBanner? _banner;

    /// <summary>The text; null: there is none, or its time is over.</summary>
    public string? Text => Running?.Text;

    /// <summary>Until when it is shown; null: until it is taken away, or there is none.</summary>
    public DateTimeOffset? Expires => Running?.Expires;

    /// <summary>Since when it is shown; null: there is none.</summary>
    public DateTimeOffset? Since => Running?.Created;

    private StoredBanner? Running => _banner is { } banner && (banner.Expires is null || banner.Expires > time.GetUtcNow()) ? banner : null;

    /// <summary>Reads it into memory.</summary>
    public async Task Refresh(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        _banner = await db.Banners.AsNoTracking().SingleOrDefaultAsync(b => b.Id == StoredBanner.OnlyId, cancellation);
    }
}

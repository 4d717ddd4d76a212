using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Banner;

/// <summary>The text at the top of all pages. Every page needs it, so it is kept in memory, as of the last <see cref="Refresh"/>.</summary>
public sealed class CurrentBanner(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    private volatile StoredBanner? _banner;

    /// <summary>The text. Null: there is none, or it has expired.</summary>
    public string? Text => Running?.Text;

    /// <summary>When the text expires. Null: it stays until it is removed, or there is none.</summary>
    public DateTimeOffset? Expires => Running?.Expires;

    /// <summary>When the text was set. Null: there is none.</summary>
    public DateTimeOffset? Since => Running?.Created;

    private StoredBanner? Running => _banner is { } banner && (banner.Expires is null || banner.Expires > time.GetUtcNow()) ? banner : null;

    /// <summary>Reads the text into memory.</summary>
    public async Task Refresh(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        _banner = await db.Banners.AsNoTracking().SingleOrDefaultAsync(b => b.Id == StoredBanner.OnlyId, cancellation);
    }
}

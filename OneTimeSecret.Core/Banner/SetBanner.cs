using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Banner;

/// <summary>Sets or removes the text at the top of all pages.</summary>
public sealed class SetBanner(AdminAct act, CurrentBanner banner, TimeProvider time)
{
    /// <summary>Most characters in the text.</summary>
    public const int MaxLength = 300;

    /// <summary>Sets or removes the text.</summary>
    /// <param name="text">The text, on one line. Null or blank: the banner is removed.</param>
    /// <param name="expires">When the text expires. Null: it stays until it is removed.</param>
    /// <returns><see cref="AdminOutcome.NotThere"/>: there was no banner to remove.</returns>
    /// <exception cref="ArgumentException">The text is too long or not on one line, or its end is not in the future.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<AdminOutcome> Run(Caller admin, string? text, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var (shown, now) = (text?.Trim() ?? "", time.GetUtcNow());
        if (shown.Length > MaxLength || !LineText.Is(shown))
            throw new ArgumentException($"A banner must be one line of at most {MaxLength} characters.", nameof(text));
        if (expires <= now)
            throw new ArgumentException("The end of a banner must be in the future.", nameof(expires));
        var outcome = await act.Run(
            admin, AuditKind.BannerSet, "banner", shown.Length == 0 ? null : AdminAct.Until(shown, expires),
            async db =>
            {
                var taken = await db.Banners.Where(b => b.Id == StoredBanner.OnlyId).ExecuteDeleteAsync();
                if (shown.Length == 0)
                    return taken == 0 ? AdminOutcome.NotThere : AdminOutcome.Done;
                db.Add(new StoredBanner { Id = StoredBanner.OnlyId, Text = shown, Created = now, Expires = expires });
                return AdminOutcome.Done;
            },
            cancellation);
        if (outcome == AdminOutcome.Done)
            await banner.Refresh(CancellationToken.None);
        return outcome;
    }
}

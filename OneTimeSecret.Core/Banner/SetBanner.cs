using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Banner;

/// <summary>Puts a text on top of all pages, or takes it away.</summary>
public sealed class SetBanner(AdminAct act, CurrentBanner banner, TimeProvider time)
{
    /// <summary>Most characters of the text.</summary>
    public const int MaxLength = 300;

    /// <summary>Sets the text.</summary>
    /// <param name="admin">Who asks.</param>
    /// <param name="text">The text, on one line; null or blank: there is none any more.</param>
    /// <param name="expires">Until when it is shown; null: until it is taken away.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns><see cref="AdminOutcome.NotThere"/>: there was none that could be taken away.</returns>
    /// <exception cref="ArgumentException">
    /// The text is longer than <see cref="MaxLength"/> or not on one line, or its end lies behind.
    /// </exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public async Task<AdminOutcome> Run(Caller admin, string? text, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var (shown, now) = (text?.Trim() ?? "", time.GetUtcNow());
        if (shown.Length > MaxLength || !LineText.Is(shown))
            throw new ArgumentException($"A banner has at most {MaxLength} characters on one line.", nameof(text));
        if (expires <= now)
            throw new ArgumentException("A banner ends later than now.", nameof(expires));
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

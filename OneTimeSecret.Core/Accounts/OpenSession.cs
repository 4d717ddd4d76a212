using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Signs a browser in, once its user has proved who he is.</summary>
public sealed class OpenSession(WriteQueue queue, KeyRing ring, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options)
{
    /// <summary>Characters of a browser's name that are kept.</summary>
    private const int LongestName = 60;

    /// <summary>Opens a session of <paramref name="accountId"/>.</summary>
    /// <param name="accountId">Who has proved that he is it.</param>
    /// <param name="browser">The browser's name in words, for the list of sessions.</param>
    /// <param name="stays">Whether the session outlives the browser's own.</param>
    /// <param name="notice">What to write to the account about it; null: nothing.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The session's id, for its cookie; null when there is no such account (any more).</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was opened.</exception>
    public async Task<string?> Run(
        Guid accountId, string browser, bool stays, AccountNotice? notice, CancellationToken cancellation)
    {
        var (id, now) = (SessionId.New(), time.GetUtcNow());
        var session = new Session
        {
            Hash = SessionId.Hash(ring, accountId, id),
            AccountId = accountId,
            Created = now,
            Confirmed = now,
            LastSeen = now,
            Expires = now + options.Value.Lifetime(stays),
            Stays = stays,
            Browser = browser[..Math.Min(browser.Length, LongestName)],
        };
        var opened = await queue.Run(
            async db =>
            {
                if (!await db.Users.AnyAsync(a => a.Id == accountId && a.Deleted == null, CancellationToken.None))
                    return false;
                db.Add(session);
                if (notice is not null)
                    await notices.Add(db, accountId, notice, now);
                await db.SaveChangesAsync(CancellationToken.None);
                return true;
            },
            cancellation);
        if (opened && notice is not null)
            notices.Signal();
        return opened ? id : null;
    }
}

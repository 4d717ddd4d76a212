using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>Signs a browser in, once its user has proved who he is.</summary>
public sealed class OpenSession(
    WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options)
{
    /// <summary>Characters of a browser's name that are kept.</summary>
    private const int LongestName = 60;

    /// <summary>Opens a session of <paramref name="accountId"/>. From a browser that is new to it, the account is told.</summary>
    /// <param name="accountId">Who has proved that he is it.</param>
    /// <param name="stamp">
    /// The account's security stamp when its password was checked, which must still be the same: a password that was changed meanwhile
    /// opens nothing. Null where none was.
    /// </param>
    /// <param name="by">Where it is done from, for the notice and the list of sessions.</param>
    /// <param name="stays">Whether the session outlives the browser's own.</param>
    /// <param name="devices">The accounts that this browser has signed in to before.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>What to give to the browser; null: no such account, it is suspended, or its password is another by now.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was opened.</exception>
    public async Task<NewSession?> Run(
        Guid accountId, string? stamp, Caller by, bool stays, IReadOnlyCollection<KnownDevice> devices,
        CancellationToken cancellation)
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
            Browser = by.Browser[..Math.Min(by.Browser.Length, LongestName)],
        };
        var device = await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Account(accountId)); // or a new password could end all sessions but this one
                var current = await db.Users
                    .Where(a => a.Id == accountId && a.Deleted == null && a.Suspended == null)
                    .Where(a => stamp == null || a.SecurityStamp == stamp)
                    .Select(a => a.SecurityStamp).SingleOrDefaultAsync(CancellationToken.None);
                if (current is null)
                    return null;
                db.Add(session);
                var known = KnownDevice.Of(devices, ring, accountId, current);
                if (known is null)
                    await notices.Add(db, accountId, AccountEvent.NewSignIn, by, session.Created);
                db.Note(Act.Of(AuditKind.SignedIn, accountId, by));
                return known ?? new KnownDevice(
                    accountId, RandomNumberGenerator.GetHexString(32), KnownDevice.MarkOf(ring, accountId, current));
            },
            cancellation);
        return device is null ? null : new NewSession(id, device);
    }
}

/// <summary>A session that was just opened.</summary>
/// <param name="Id">Its id, for the cookie.</param>
/// <param name="Device">What the browser remembers of the account when the session is over.</param>
public sealed record NewSession(string Id, KnownDevice Device)
{
    /// <summary>Says nothing of the id.</summary>
    public override string ToString() => nameof(NewSession);
}

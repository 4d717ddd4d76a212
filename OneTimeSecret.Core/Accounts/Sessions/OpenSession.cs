using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>Signs a browser in, after its user has proved their identity.</summary>
public sealed class OpenSession(
    WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options)
{
    /// <summary>The most characters of a browser's name that are stored.</summary>
    private const int LongestName = 60;

    /// <summary>Opens a session. If the browser is new to the account, its owner gets a notice.</summary>
    /// <param name="accountId">The account that the user has proved to own.</param>
    /// <param name="stamp">
    /// The account's security stamp when its password was checked. It must not have changed, so that an old password opens no session.
    /// Null if no password was checked.
    /// </param>
    /// <param name="by">The caller, for the notice, the audit trail and the list of sessions.</param>
    /// <param name="stays">Whether the user stays signed in when the browser closes.</param>
    /// <param name="devices">The accounts that this browser has signed in to before, from its cookie.</param>
    /// <returns>The session for the browser. Null: the account is deleted or suspended, or its security stamp has changed.</returns>
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
                await db.Lock(RowLock.Account(accountId)); // so that a parallel password change also ends this session
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
/// <param name="Id">The session's id, for its cookie.</param>
/// <param name="Device">The record that the browser keeps in a second cookie after the session ends.</param>
public sealed record NewSession(string Id, KnownDevice Device)
{
    /// <summary>Omits the id, which is a credential.</summary>
    public override string ToString() => nameof(NewSession);
}

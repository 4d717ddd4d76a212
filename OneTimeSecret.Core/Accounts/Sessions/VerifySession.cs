using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>
/// Finds the account of a session's cookie. Reads the database at every request and at every message of a live page, so that a session
/// that has ended is refused at the next one.
/// </summary>
public sealed class VerifySession(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, TimeProvider time, IOptions<AccountOptions> options,
    IOptions<MailOptions> mail)
{
    private static readonly TimeSpan UseGranularity = TimeSpan.FromMinutes(5);

    /// <summary>The session that a cookie names, and its account. Null: there is no such session (any more).</summary>
    /// <param name="accountId">The account in the cookie.</param>
    /// <param name="id">The session's id in the cookie.</param>
    public async Task<OpenedSession?> Run(Guid accountId, string id, CancellationToken cancellation)
    {
        var (hash, now) = (SessionId.Hash(ring, accountId, id), time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var admins = db.Admins;
        var found = await db.Sessions.AsNoTracking()
            .Where(s => s.Hash == hash && s.AccountId == accountId && s.Expires > now)
            .Join(db.Users.Where(a => a.Deleted == null && a.Suspended == null), s => s.AccountId, a => a.Id, (s, a) => new
            {
                Session = s,
                a.Email,
                a.EmailConfirmed,
                a.NeedsFactor,
                a.RequestLimit,
                HasTotp = a.TotpKey != null,
                HasPasskey = db.UserPasskeys.Any(p => p.UserId == a.Id),
                IsAdmin = admins.Contains(a.Id),
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        if (now - found.Session.LastSeen >= UseGranularity)
            await RecordUse(found.Session, now, cancellation);
        return new OpenedSession(
            new SignedIn(found.Session.AccountId, found.Email!, found.EmailConfirmed, TokenScopes.All, found.RequestLimit),
            hash, found.Session.Confirmed, found.IsAdmin,
            LacksFactor: SecondFactor.Needed(options.Value, mail.Value, found.IsAdmin, found.HasPasskey, found.NeedsFactor)
                && !found.HasTotp && !found.HasPasskey);
    }

    private async Task RecordUse(Session session, DateTimeOffset now, CancellationToken cancellation)
    {
        var expires = now + options.Value.Lifetime(session.Stays);
        try
        {
            await write.Run(
                db => db.Sessions.Where(s => s.Hash == session.Hash)
                    .ExecuteUpdateAsync(set => set.SetProperty(s => s.LastSeen, now).SetProperty(s => s.Expires, expires)),
                cancellation);
        }
        catch (ServerBusyException)
        {
            // The next request records the use. A busy server must not refuse this request for it.
        }
    }
}

/// <summary>A session that is open.</summary>
/// <param name="Account">The account that is signed in.</param>
/// <param name="Hash">The row's id.</param>
/// <param name="Confirmed">When the user last proved their identity.</param>
/// <param name="IsAdmin">Whether the account is an administrator.</param>
/// <param name="LacksFactor">Whether the user must add a second factor before they may do anything else.</param>
public sealed record OpenedSession(SignedIn Account, byte[] Hash, DateTimeOffset Confirmed, bool IsAdmin, bool LacksFactor)
{
    /// <summary>How long a proof of identity is valid for dangerous pages.</summary>
    public static readonly TimeSpan ProofLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Whether the last proof of identity is still valid for dangerous pages.</summary>
    public bool IsFresh(DateTimeOffset now) => now - Confirmed < ProofLifetime;
}

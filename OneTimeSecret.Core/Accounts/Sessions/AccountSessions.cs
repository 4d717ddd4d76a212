using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>The browsers that an account is signed in with.</summary>
public sealed class AccountSessions(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Those of <paramref name="accountId"/> that are open, the last used first.</summary>
    public async Task<IReadOnlyList<Session>> List(Guid accountId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == accountId && s.Expires > now).OrderByDescending(s => s.LastSeen).ToListAsync(cancellation);
    }

    /// <summary>Ends one session of an account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="hash">The session.</param>
    /// <param name="by">Where it is done from.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>1, or 0 when there is none such of this account.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was ended.</exception>
    public Task<int> End(Guid accountId, byte[] hash, Caller by, CancellationToken cancellation) =>
        End(db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash == hash), accountId, by, cancellation);

    /// <summary>Ends all sessions of an account but one.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="keep">The session that goes on.</param>
    /// <param name="by">Where it is done from.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>How many were ended.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was ended.</exception>
    public Task<int> EndOthers(Guid accountId, byte[] keep, Caller by, CancellationToken cancellation) =>
        End(db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash != keep), accountId, by, cancellation);

    /// <summary>Notes that the owner of a session has just proved who he is.</summary>
    /// <returns>1, or 0 when the session has ended meanwhile.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was noted.</exception>
    public Task<int> Confirm(Guid accountId, byte[] hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return write.Run(
            db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Confirmed, now)),
            cancellation);
    }

    /// <summary>Deletes what has expired.</summary>
    /// <returns>How many.</returns>
    public Task<int> Purge() => write.RunWhenRoom(db =>
    {
        var now = time.GetUtcNow();
        return db.Sessions.Where(s => s.Expires <= now).ExecuteDeleteAsync();
    });

    private Task<int> End(
        Func<OtsDbContext, IQueryable<Session>> which, Guid accountId, Caller by, CancellationToken cancellation) => write.Run(
            async db =>
            {
                var ended = await which(db).ExecuteDeleteAsync();
                if (ended > 0)
                    db.Note(Act.Of(AuditKind.SessionEnded, accountId, by) with { Count = ended });
                return ended;
            },
            cancellation);
}

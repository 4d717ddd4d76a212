using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Sessions;

/// <summary>Lists and ends an account's sessions (signed-in browsers), and records renewed proofs of identity.</summary>
public sealed class AccountSessions(IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Lists the open sessions of <paramref name="accountId"/>, the last used first.</summary>
    public async Task<IReadOnlyList<Session>> List(Guid accountId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Sessions.AsNoTracking()
            .Where(s => s.AccountId == accountId && s.Expires > now).OrderByDescending(s => s.LastSeen).ToListAsync(cancellation);
    }

    /// <summary>Ends one session of an account.</summary>
    /// <returns>1, or 0 if the account has no such session.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was ended.</exception>
    public Task<int> End(Guid accountId, byte[] hash, Caller by, CancellationToken cancellation) =>
        End(db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash == hash), accountId, by, cancellation);

    /// <summary>Ends all sessions of an account except <paramref name="keep"/>, and returns how many ended.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was ended.</exception>
    public Task<int> EndOthers(Guid accountId, byte[] keep, Caller by, CancellationToken cancellation) =>
        End(db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash != keep), accountId, by, cancellation);

    /// <summary>Records that the user of a session has just proved their identity again.</summary>
    /// <returns>1, or 0 if the session has ended meanwhile.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<int> Confirm(Guid accountId, byte[] hash, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return write.Run(
            db => db.Sessions.Where(s => s.AccountId == accountId && s.Hash == hash)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.Confirmed, now)),
            cancellation);
    }

    /// <summary>Deletes expired sessions, and returns how many.</summary>
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

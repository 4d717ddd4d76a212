using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Revokes an API token: deletes its row, so that the next request with it is refused.</summary>
public sealed class RevokeToken(WriteTransaction write)
{
    /// <summary>Revokes the token <paramref name="name"/> of <paramref name="email"/>.</summary>
    /// <exception cref="AccountException">There is no such account or token.</exception>
    public Task Run(string email, string name, CancellationToken cancellation) => write.Run(
        async db =>
        {
            var id = (await db.FindAccount(email, CancellationToken.None)).Id;
            var revoked = await db.ApiTokens.Where(t => t.AccountId == id && t.Name == name).ExecuteDeleteAsync();
            if (revoked == 0)
                throw new AccountException($"{email} has no token named '{name}'; `token list {email}` lists its tokens.");
            db.Note(Act.OfOperator(AuditKind.TokenRevoked) with { Subject = id.ToString(), Detail = name });
            return revoked;
        },
        cancellation);

    /// <summary>
    /// Revokes the token whose row has this <paramref name="hash"/>. A name would be ambiguous on a page that was opened earlier, because a
    /// new token may have the name of a revoked one.
    /// </summary>
    /// <returns>Whether the token existed.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was revoked.</exception>
    public Task<bool> Run(Guid accountId, byte[] hash, Caller by, CancellationToken cancellation) => write.Run(
        async db =>
        {
            var mine = db.ApiTokens.Where(t => t.AccountId == accountId && t.Hash == hash);
            var name = await mine.Select(t => t.Name).SingleOrDefaultAsync();
            if (await mine.ExecuteDeleteAsync() == 0)
                return false;
            db.Note(Act.Of(AuditKind.TokenRevoked, accountId, by) with { Detail = name });
            return true;
        },
        cancellation);
}

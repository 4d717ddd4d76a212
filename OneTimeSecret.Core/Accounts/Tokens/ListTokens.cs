using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Tokens;

/// <summary>Lists the records of an account's tokens, the oldest first. The tokens themselves are not stored.</summary>
public sealed class ListTokens(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>The tokens of <paramref name="email"/>.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<IReadOnlyList<ApiToken>> Run(string email, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Of(db, (await db.FindAccount(email, cancellation)).Id, cancellation);
    }

    /// <summary>The tokens of <paramref name="accountId"/>.</summary>
    public async Task<IReadOnlyList<ApiToken>> Run(Guid accountId, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Of(db, accountId, cancellation);
    }

    private static Task<List<ApiToken>> Of(OtsDbContext db, Guid accountId, CancellationToken cancellation) =>
        db.ApiTokens.AsNoTracking().Where(t => t.AccountId == accountId).OrderBy(t => t.Created).ToListAsync(cancellation);
}

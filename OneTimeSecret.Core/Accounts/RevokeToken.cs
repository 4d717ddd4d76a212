using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Revokes an API token: its row goes, and from the next request on it is refused.</summary>
public sealed class RevokeToken(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Revokes the token <paramref name="name"/> of <paramref name="email"/>.</summary>
    /// <exception cref="AccountException">No such account or token.</exception>
    public async Task Run(string email, string name, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var account = await db.FindAccount(email, cancellation);
        if (await db.ApiTokens.Where(t => t.AccountId == account.Id && t.Name == name).ExecuteDeleteAsync(cancellation) == 0)
            throw new AccountException($"{email} has no token named '{name}'; `token list {email}` shows those it has.");
    }

    /// <summary>
    /// Revokes the token of <paramref name="accountId"/> whose row has this <paramref name="hash"/>: by its name, a page that was opened
    /// before could mean another token than its reader does.
    /// </summary>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> Run(Guid accountId, byte[] hash, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.ApiTokens.Where(t => t.AccountId == accountId && t.Hash == hash).ExecuteDeleteAsync(cancellation) == 1;
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes an account an administrator and ends its sessions and tokens: the new right starts with a fresh sign-in.</summary>
public sealed class GrantAdmin(
    UserManager<Account> accounts, RoleManager<IdentityRole<Guid>> roles, IDbContextFactory<OtsDbContext> contexts)
{
    internal const string Role = "Admin";

    /// <summary>Grants the role to the account of <paramref name="email"/>.</summary>
    /// <returns>How many API tokens were ended.</returns>
    /// <exception cref="AccountException">No such account, or its address is not verified.</exception>
    public async Task<int> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindAccount(email);
        if (!account.EmailConfirmed)
            throw new AccountException($"{email} has not verified its address yet, so nobody knows whose account this is.");
        if (!await roles.RoleExistsAsync(Role))
            AccountException.ThrowUnless(await roles.CreateAsync(new IdentityRole<Guid>(Role)));

        // The right comes last: were it first, a crash in between would leave old sessions and tokens with it.
        AccountException.ThrowUnless(await accounts.UpdateSecurityStampAsync(account));
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var ended = await db.ApiTokens.Where(t => t.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        if (!await accounts.IsInRoleAsync(account, Role))
            AccountException.ThrowUnless(await accounts.AddToRoleAsync(account, Role));
        return ended;
    }
}

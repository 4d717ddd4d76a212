using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes an account an administrator and ends its sessions and tokens, so that the new right starts with a fresh sign-in.</summary>
public sealed class GrantAdmin(UserManager<Account> accounts, RoleManager<IdentityRole<Guid>> roles, IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Name of the administrators' role.</summary>
    public const string Role = "Admin";

    /// <summary>Grants the role to the account of <paramref name="email"/>.</summary>
    /// <returns>How many API tokens were ended.</returns>
    /// <exception cref="AccountException">No such account, or its address is not verified.</exception>
    public async Task<int> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindByEmailAsync(email)
            ?? throw new AccountException($"There is no account {email}; `account add {email}` makes one.");
        if (!account.EmailConfirmed)
            throw new AccountException($"{email} has not verified its address yet, so nobody knows whose account this is.");
        if (!await roles.RoleExistsAsync(Role))
            AccountException.ThrowUnless(await roles.CreateAsync(new IdentityRole<Guid>(Role)));
        if (!await accounts.IsInRoleAsync(account, Role))
            AccountException.ThrowUnless(await accounts.AddToRoleAsync(account, Role));
        AccountException.ThrowUnless(await accounts.UpdateSecurityStampAsync(account));
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.ApiTokens.Where(t => t.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
    }
}

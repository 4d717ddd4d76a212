using System.Data;
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
    /// <returns>How many sessions and API tokens were ended.</returns>
    /// <exception cref="AccountException">No such account, or its address is not verified.</exception>
    public async Task<(int Sessions, int Tokens)> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindAccount(email);
        if (!account.EmailConfirmed)
            throw new AccountException($"{email} has not verified its address yet, so nobody knows whose account this is: "
                + $"`account link {email}` makes a link that does when its owner sets a password with it.");
        if (!await roles.RoleExistsAsync(Role))
            AccountException.ThrowUnless(await roles.CreateAsync(new IdentityRole<Guid>(Role)));

        await using var db = await contexts.CreateDbContextAsync(cancellation);
        // Serializable is what makes SQLite's provider say BEGIN IMMEDIATE: nothing of the account changes in between.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        var (stamp, version) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        var renewed = await db.Users.Where(a => a.Id == account.Id && a.EmailConfirmed && a.Deleted == null).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.SecurityStamp, stamp).SetProperty(a => a.ConcurrencyStamp, version), cancellation);
        if (renewed == 0)
            throw AccountException.NoSuchAccount(email);
        var tokens = await db.ApiTokens.Where(t => t.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        var sessions = await db.Sessions.Where(s => s.AccountId == account.Id).ExecuteDeleteAsync(cancellation);
        var role = await db.Roles.Where(r => r.Name == Role).Select(r => r.Id).SingleAsync(cancellation);
        if (!await db.UserRoles.AnyAsync(r => r.UserId == account.Id && r.RoleId == role, cancellation))
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = account.Id, RoleId = role });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return (sessions, tokens);
    }
}

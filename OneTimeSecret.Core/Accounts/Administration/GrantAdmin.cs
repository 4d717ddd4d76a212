using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Makes an account an administrator. Deletes its sessions and tokens, so that the role requires a new sign-in.</summary>
public sealed class GrantAdmin(UserManager<Account> accounts, AdminAct act, WriteTransaction write)
{
    /// <summary>
    /// Grants the role to the account <paramref name="id"/>, for an administrator. An account that is suspended or has an unverified
    /// address gives <see cref="AdminOutcome.NotThere"/>.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AdminGranted, id.ToString(), null,
        async db =>
        {
            if (await db.AdminRoles.AnyAsync(r => r.UserId == id) || await Grant(db, id) is null)
                return AdminOutcome.NotThere;
            return AdminOutcome.Done;
        },
        cancellation);

    /// <summary>Grants the role to the account of <paramref name="email"/>, for the operator.</summary>
    /// <returns>How many sessions and API tokens were deleted.</returns>
    /// <exception cref="AccountException">There is no such account, it is suspended, or its address is not verified.</exception>
    public async Task<(int Sessions, int Tokens)> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindAccount(email, cancellation);
        if (!account.EmailConfirmed)
            throw new AccountException($"The address {email} is not verified, so the account may belong to somebody else. "
                + $"Run `account link {email}`: the address is verified when its owner sets a password with that link.");
        if (account.Suspended is not null)
            throw new AccountException($"{email} is suspended. An administrator must resume the account first.");
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Administrators);
                await AddRole(db);
                var ended = await Grant(db, account.Id) ?? throw AccountException.NoSuchAccount(email);
                db.Note(Act.OfOperator(AuditKind.AdminGranted) with { Subject = account.Id.ToString() });
                return ended;
            },
            cancellation);
    }

    /// <summary>Makes the role unless it exists. Two operators may make the first administrators at the same time.</summary>
    private static Task<int> AddRole(OtsDbContext db) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO "AspNetRoles" ("Id", "Name", "NormalizedName")
        VALUES ({Guid.NewGuid()}, {Administrators.Role}, {Administrators.Role.ToUpperInvariant()})
        ON CONFLICT ("NormalizedName") DO NOTHING
        """);

    /// <summary>
    /// Adds the role, renews the security stamp, deletes sessions and tokens, and returns their numbers. Returns null and changes nothing
    /// if the account does not exist, is unverified, suspended or deleted.
    /// </summary>
    private static async Task<(int Sessions, int Tokens)?> Grant(OtsDbContext db, Guid id)
    {
        await db.Lock(RowLock.Account(id));
        var (stamp, version) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        var renewed = await db.Users
            .Where(a => a.Id == id && a.EmailConfirmed && a.Deleted == null && a.Suspended == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.SecurityStamp, stamp).SetProperty(a => a.ConcurrencyStamp, version));
        if (renewed == 0)
            return null;
        var tokens = await db.ApiTokens.Where(t => t.AccountId == id).ExecuteDeleteAsync();
        var sessions = await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
        var role = await db.Roles.Where(r => r.Name == Administrators.Role).Select(r => r.Id).SingleAsync();
        if (!await db.UserRoles.AnyAsync(r => r.UserId == id && r.RoleId == role))
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = id, RoleId = role });
        return (sessions, tokens);
    }
}

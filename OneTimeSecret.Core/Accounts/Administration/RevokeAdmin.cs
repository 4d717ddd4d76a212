using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Takes the administrator role from an account and ends its sessions. Refuses for the last administrator.</summary>
public sealed class RevokeAdmin(AdminAct act, WriteTransaction write)
{
    /// <summary>Revokes the role of the account <paramref name="id"/>, for an administrator.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AdminRevoked, id.ToString(), null,
        async db => (await Revoke(db, id)).Outcome, cancellation);

    /// <summary>Revokes the role of the account of <paramref name="email"/>, for the operator.</summary>
    /// <returns>How many sessions were ended.</returns>
    /// <exception cref="AccountException">There is no such account, or it is not an administrator, or it is the last one.</exception>
    public Task<int> Run(string email, CancellationToken cancellation) => write.Run(
        async db =>
        {
            await db.Lock(RowLock.Administrators);
            var id = (await db.FindAccount(email, CancellationToken.None)).Id;
            var (outcome, sessions) = await Revoke(db, id);
            if (outcome == AdminOutcome.NotThere)
                throw new AccountException($"{email} is not an administrator. `admin list` lists the administrators.");
            if (outcome == AdminOutcome.LastAdministrator)
                throw AccountException.LastAdministrator(email);
            db.Note(Act.OfOperator(AuditKind.AdminRevoked) with { Subject = id.ToString() });
            return sessions;
        },
        cancellation);

    private static async Task<(AdminOutcome Outcome, int Sessions)> Revoke(OtsDbContext db, Guid id)
    {
        await db.Lock(RowLock.Account(id));
        var taken = await db.AdminRoles
            .Where(r => r.UserId == id && db.SpareAccounts().Any(a => a.Id == id))
            .ExecuteDeleteAsync();
        if (taken == 0)
            return (await db.Admins.ContainsAsync(id) ? AdminOutcome.LastAdministrator : AdminOutcome.NotThere, 0);
        return (AdminOutcome.Done, await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync());
    }
}

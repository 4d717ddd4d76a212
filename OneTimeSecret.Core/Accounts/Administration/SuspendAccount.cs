using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>
/// Suspends an account: its sessions end, nobody can sign in to it, its tokens are refused and its mails stay in the queue. Nothing else
/// is deleted. Links that the account shared keep working for their recipients. <see cref="ResumeAccount"/> ends the suspension.
/// </summary>
public sealed class SuspendAccount(AdminAct act, TimeProvider time)
{
    /// <summary>Suspends the account <paramref name="id"/>, for an administrator.</summary>
    /// <param name="id">The account.</param>
    /// <param name="reason">The reason, for other administrators: 1 to <see cref="AdminAct.MaxReason"/> characters.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, string reason, CancellationToken cancellation)
    {
        var why = AdminAct.Reason(reason);
        return act.Run(admin, AuditKind.AccountSuspended, id.ToString(), why, db => Suspend(db, id, why), cancellation);
    }

    /// <summary>Suspends the account of <paramref name="email"/>, for the operator.</summary>
    /// <param name="email">The account's address.</param>
    /// <param name="reason">The reason, as for an administrator. Null: none is given.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="AccountException">There is no such account, it is suspended already, or it is the last administrator.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task Run(string email, string? reason, CancellationToken cancellation)
    {
        var why = reason is null ? null : AdminAct.Reason(reason);
        var outcome = await act.RunAsOperator(
            email, AuditKind.AccountSuspended, why, (db, id) => Suspend(db, id, why), cancellation);
        if (outcome == AdminOutcome.LastAdministrator)
            throw AccountException.LastAdministrator(email);
        if (outcome == AdminOutcome.NotThere)
            throw new AccountException($"{email} is suspended already.");
    }

    private async Task<AdminOutcome> Suspend(OtsDbContext db, Guid id, string? why)
    {
        await db.Lock(RowLock.Account(id));
        var now = time.GetUtcNow();
        var suspended = await db.SpareAccounts()
            .Where(a => a.Id == id && a.Deleted == null && a.Suspended == null)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.Suspended, now).SetProperty(a => a.SuspendedFor, why));
        if (suspended == 0)
            return await db.Admins.ContainsAsync(id) ? AdminOutcome.LastAdministrator : AdminOutcome.NotThere;
        await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
        return AdminOutcome.Done;
    }
}

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
    /// <summary>Suspends the account <paramref name="id"/>.</summary>
    /// <param name="id">The account.</param>
    /// <param name="reason">The reason, for other administrators: 1 to <see cref="AdminAct.MaxReason"/> characters.</param>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, string reason, CancellationToken cancellation)
    {
        var (why, now) = (AdminAct.Reason(reason), time.GetUtcNow());
        return act.Run(
            admin, AuditKind.AccountSuspended, id.ToString(), why,
            async db =>
            {
                await db.Lock(RowLock.Account(id));
                var suspended = await db.SpareAccounts()
                    .Where(a => a.Id == id && a.Deleted == null && a.Suspended == null)
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.Suspended, now).SetProperty(a => a.SuspendedFor, why));
                if (suspended == 0)
                    return await db.Admins.ContainsAsync(id) ? AdminOutcome.LastAdministrator : AdminOutcome.NotThere;
                await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
                return AdminOutcome.Done;
            },
            cancellation);
    }
}

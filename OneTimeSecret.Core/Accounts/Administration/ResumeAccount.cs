using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Lets a suspended account in again, with all that it had: its password, its factors, its tokens, its role.</summary>
public sealed class ResumeAccount(AdminAct act)
{
    /// <summary>Lets the account <paramref name="id"/> in.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AccountResumed, id.ToString(), null,
        async db =>
            await db.Users
                .Where(a => a.Id == id && a.Deleted == null && a.Suspended != null)
                .ExecuteUpdateAsync(set => set
                    .SetProperty(a => a.Suspended, (DateTimeOffset?)null).SetProperty(a => a.SuspendedFor, (string?)null)) == 1
                ? AdminOutcome.Done
                : AdminOutcome.NotThere,
        cancellation);
}

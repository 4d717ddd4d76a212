using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Ends the suspension of an account. The account still has its password, second factors, tokens and role.</summary>
public sealed class ResumeAccount(AdminAct act)
{
    /// <summary>Resumes the account <paramref name="id"/>.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
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

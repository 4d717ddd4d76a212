using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Ends the suspension of an account. The account still has its password, second factors, tokens and role.</summary>
public sealed class ResumeAccount(AdminAct act)
{
    /// <summary>Resumes the account <paramref name="id"/>, for an administrator.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation) => act.Run(
        admin, AuditKind.AccountResumed, id.ToString(), null, db => Resume(db, id), cancellation);

    /// <summary>Resumes the account of <paramref name="email"/>, for the operator.</summary>
    /// <exception cref="AccountException">There is no such account, or it is not suspended.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task Run(string email, CancellationToken cancellation)
    {
        if (await act.RunAsOperator(email, AuditKind.AccountResumed, null, Resume, cancellation) != AdminOutcome.Done)
            throw new AccountException($"{email} is not suspended.");
    }

    private static async Task<AdminOutcome> Resume(OtsDbContext db, Guid id) =>
        await db.Users
            .Where(a => a.Id == id && a.Deleted == null && a.Suspended != null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(a => a.Suspended, (DateTimeOffset?)null).SetProperty(a => a.SuspendedFor, (string?)null)) == 1
            ? AdminOutcome.Done
            : AdminOutcome.NotThere;
}

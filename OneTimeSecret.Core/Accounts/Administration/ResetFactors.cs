using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>
/// Removes the authenticator app, the recovery codes and the passkeys of an account whose owner has lost them, and ends its sessions. The
/// password stays, so this signs nobody in. The owner gets a notice. An account that needs a second factor must add one at its next
/// sign-in (<see cref="OpenedSession.LacksFactor"/>).
/// </summary>
public sealed class ResetFactors(AdminAct act, PostNotice notices, TimeProvider time)
{
    /// <summary>
    /// Resets the account <paramref name="id"/>, for an administrator. Refuses for the administrator's own account: somebody else at their
    /// browser must not be able to remove what protects it.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation) => act.Run(
        admin, AuditKind.FactorsReset, id.ToString(), null,
        async db => admin.Account?.Id == id ? AdminOutcome.OwnAccount : await Reset(db, id),
        cancellation);

    /// <summary>Resets the account of <paramref name="email"/>, for the operator.</summary>
    /// <exception cref="AccountException">There is no such account, or it has no second factor.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task Run(string email, CancellationToken cancellation)
    {
        if (await act.RunAsOperator(email, AuditKind.FactorsReset, null, Reset, cancellation) != AdminOutcome.Done)
            throw new AccountException($"{email} has no second factor.");
    }

    private async Task<AdminOutcome> Reset(OtsDbContext db, Guid id)
    {
        await db.Lock(RowLock.Account(id));
        if (await Credentials.RemoveFactors(db, id) == 0)
            return AdminOutcome.NotThere;
        await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
        await notices.Add(db, id, AccountEvent.FactorsReset, by: null, time.GetUtcNow());
        db.Deleted();
        return AdminOutcome.Done;
    }
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Removes a factor, except the last one of an account that needs one. If no factor is left, deletes the recovery codes too.
/// </summary>
public sealed class RemoveFactor(
    WriteTransaction write, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options,
    IOptions<MailOptions> mail)
{
    /// <summary>Removes a factor of <paramref name="accountId"/>.</summary>
    /// <param name="has">Whether the account has the factor.</param>
    /// <param name="isLast">Whether an account with these factors would have none after the removal.</param>
    /// <param name="remove">Deletes the factor and returns how many rows it changed.</param>
    /// <param name="what">The event in the notice to the owner.</param>
    /// <param name="act">The kind of the audit entry.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    internal async Task<FactorRemoval> Run(
        Guid accountId, Func<OtsDbContext, Task<bool>> has, Func<AccountFactors, bool> isLast, Func<OtsDbContext, Task<int>> remove,
        AccountEvent what, AuditKind act, Caller by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await write.Run(
            async db =>
            {
                // An administrator needs a factor, so neither the role nor the factors may change meanwhile.
                await db.Lock(RowLock.Administrators, RowLock.Account(accountId));
                var factors = await SignInFactors.Read(db, accountId, CancellationToken.None);
                // Decided by the factors before the removal: an administrator who has a passkey needs a factor even without mail.
                var isNeeded = SecondFactor.Needed(
                    options.Value, mail.Value, factors.IsAdmin, hasPasskey: factors.Passkeys > 0, factors.IsDemanded);
                if (isLast(factors) && isNeeded)
                    return await has(db) ? FactorRemoval.Needed : FactorRemoval.NotThere;
                if (await remove(db) == 0)
                    return FactorRemoval.NotThere;
                if (isLast(factors))
                    await db.RecoveryCodes.Where(c => c.AccountId == accountId).ExecuteDeleteAsync();
                await notices.Add(db, accountId, what, by, now);
                db.Note(Act.Of(act, accountId, by));
                db.Deleted();
                return FactorRemoval.Removed;
            },
            cancellation);
    }
}

/// <summary>The result of removing a factor.</summary>
public enum FactorRemoval
{
    /// <summary>The factor is removed.</summary>
    Removed,

    /// <summary>The account needs a second factor and has no other. Its owner must add another one first.</summary>
    Needed,

    /// <summary>The account does not have this factor (any more).</summary>
    NotThere,
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Removes a factor of either kind. The last one of an account that needs one stays; when none is left, the recovery codes are deleted.
/// </summary>
public sealed class RemoveFactor(
    WriteTransaction write, PostNotice notices, TimeProvider time, IOptions<AccountOptions> options,
    IOptions<MailOptions> mail)
{
    /// <summary>Removes a factor of <paramref name="accountId"/>.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="isLast">Whether an account with these factors has none without it.</param>
    /// <param name="remove">Deletes it in the database; how many there were.</param>
    /// <param name="what">What its owner is told.</param>
    /// <param name="act">What the audit trail calls it.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    internal async Task<FactorRemoval> Run(
        Guid accountId, Func<AccountFactors, bool> isLast, Func<OtsDbContext, Task<int>> remove, AccountEvent what, AuditKind act,
        Caller by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await write.Run(
            async db =>
            {
                // Who is an administrator needs a factor: neither may change meanwhile.
                await db.Lock(RowLock.Administrators, RowLock.Account(accountId));
                var factors = await SignInFactors.Read(db, accountId, CancellationToken.None);
                // By what is so now: a passkey makes an administrator need a factor even where there is no mail.
                var isNeeded = SecondFactor.Needed(
                    options.Value, mail.Value, factors.IsAdmin, hasPasskey: factors.Passkeys > 0, factors.IsDemanded);
                if (isLast(factors) && isNeeded)
                    return FactorRemoval.Needed;
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

/// <summary>What came of removing a factor.</summary>
public enum FactorRemoval
{
    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>The account needs a second factor and has no other: another must be added first.</summary>
    Needed,

    /// <summary>The account has none such (any more).</summary>
    NotThere,
}

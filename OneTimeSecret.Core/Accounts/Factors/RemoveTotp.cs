using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Removes the authenticator app, and the recovery codes too if no factor is left.</summary>
public sealed class RemoveTotp(RemoveFactor factor)
{
    /// <summary>Removes the app, unless it is the last factor of an account that needs one.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<FactorRemoval> Run(Guid accountId, Caller by, CancellationToken cancellation) => factor.Run(
        accountId,
        has: db => Find(db, accountId).AnyAsync(),
        isLast: factors => factors.Passkeys == 0,
        remove: db => Find(db, accountId).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.TotpKey, (byte[]?)null).SetProperty(a => a.TotpStep, (long?)null)),
        AccountEvent.TotpRemoved, AuditKind.TotpRemoved, by, cancellation);

    private static IQueryable<Account> Find(OtsDbContext db, Guid accountId) =>
        db.Users.Where(a => a.Id == accountId && a.TotpKey != null);
}

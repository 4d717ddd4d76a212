using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Removes a passkey, and the recovery codes too if no factor is left.</summary>
public sealed class RemovePasskey(RemoveFactor factor)
{
    /// <summary>Removes a passkey, unless it is the last factor of an account that needs one.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<FactorRemoval> Run(Guid accountId, byte[] credentialId, Caller by, CancellationToken cancellation) => factor.Run(
        accountId,
        has: db => Find(db, accountId, credentialId).AnyAsync(),
        isLast: factors => factors is { HasTotp: false, Passkeys: 1 },
        remove: async db =>
        {
            await db.Lock(RowLock.Passkey(credentialId));
            return await Find(db, accountId, credentialId).ExecuteDeleteAsync();
        },
        AccountEvent.PasskeyRemoved, AuditKind.PasskeyRemoved, by, cancellation);

    private static IQueryable<IdentityUserPasskey<Guid>> Find(OtsDbContext db, Guid accountId, byte[] credentialId) =>
        db.UserPasskeys.Where(p => p.UserId == accountId && p.CredentialId == credentialId);
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Adds a passkey to an account, after Identity has verified the authenticator's answer.</summary>
public sealed class AddPasskey(WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>Stores <paramref name="made"/> under <paramref name="name"/>.</summary>
    /// <param name="made">The passkey as Identity returned it.</param>
    /// <param name="name">The passkey's name in the owner's list. If it is not a valid name, the browser's name is used.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <returns>
    /// Whether it was stored: false if the credential exists already, or the account is deleted or has <see cref="Passkeys.Most"/> of them.
    /// </returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<bool> Run(
        Guid accountId, UserPasskeyInfo made, string? name, Caller by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var row = new IdentityUserPasskey<Guid>
        {
            UserId = accountId,
            CredentialId = made.CredentialId,
            Data = new IdentityPasskeyData
            {
                Name = Passkeys.Name(name ?? "") ?? by.Browser[..Math.Min(by.Browser.Length, Passkeys.MaxNameLength)],
                CreatedAt = now,
                PublicKey = made.PublicKey,
                SignCount = made.SignCount,
                Transports = made.Transports,
                IsUserVerified = made.IsUserVerified,
                IsBackupEligible = made.IsBackupEligible,
                IsBackedUp = made.IsBackedUp,
                AttestationObject = PasskeyMark.Of(ring, accountId, made.CredentialId, made.PublicKey),
                ClientDataJson = [],
            },
        };
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Account(accountId), RowLock.Passkey(row.CredentialId));
                if (!await db.Users.AnyAsync(a => a.Id == accountId && a.Deleted == null)
                    || await db.UserPasskeys.AnyAsync(p => p.CredentialId == row.CredentialId)
                    || await db.UserPasskeys.CountAsync(p => p.UserId == accountId) >= Passkeys.Most)
                    return false;
                db.Add(row);
                await notices.Add(db, accountId, AccountEvent.PasskeyAdded, by, now);
                db.Note(Act.Of(AuditKind.PasskeyAdded, accountId, by));
                return true;
            },
            cancellation);
    }
}

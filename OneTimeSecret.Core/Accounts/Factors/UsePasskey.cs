using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Accepts a passkey's signature, which Identity has verified, as proof of identity. The passkey must have a valid
/// <see cref="PasskeyMark"/>, its account must be neither deleted nor suspended, and its counter, if it has one, must have increased.
/// </summary>
public sealed class UsePasskey(WriteTransaction write, KeyRing ring)
{
    /// <summary>Stores the passkey's new counter, if the passkey is accepted.</summary>
    /// <param name="accountId">The account that Identity found.</param>
    /// <param name="used">The passkey with its new counter.</param>
    /// <returns>Whether the passkey is accepted.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was stored.</exception>
    public Task<bool> Run(Guid accountId, UserPasskeyInfo used, CancellationToken cancellation) => write.Run(
        async db =>
        {
            await db.Lock(RowLock.Passkey(used.CredentialId));
            var passkey = await db.UserPasskeys
                .Where(p => db.Users.Any(a => a.Id == p.UserId && a.Deleted == null && a.Suspended == null))
                .SingleOrDefaultAsync(p => p.UserId == accountId && p.CredentialId == used.CredentialId);
            if (passkey is null || !IsOurs(passkey) || !passkey.Data.PublicKey.SequenceEqual(used.PublicKey))
                return false;
            // Identity makes the same check (WebAuthn section 7.2, step 22). Repeated in the transaction that stores the counter, so
            // that only one of two parallel answers with the same counter is accepted, such as those of a passkey and its copy.
            if ((used.SignCount != 0 || passkey.Data.SignCount != 0) && used.SignCount <= passkey.Data.SignCount)
                return false;
            (passkey.Data.SignCount, passkey.Data.IsBackedUp) = (used.SignCount, used.IsBackedUp);
            return true;
        },
        cancellation);

    private bool IsOurs(IdentityUserPasskey<Guid> passkey) => CryptographicOperations.FixedTimeEquals(
        passkey.Data.AttestationObject, PasskeyMark.Of(ring, passkey.UserId, passkey.CredentialId, passkey.Data.PublicKey));
}

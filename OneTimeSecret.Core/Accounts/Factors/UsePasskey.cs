using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Takes a passkey's signature, which Identity has checked, for a proof of who somebody is: the passkey must be one that the server
/// itself took (<see cref="PasskeyMark"/>), of an account that lives and is not suspended, and its counter must not have moved on
/// meanwhile.
/// </summary>
public sealed class UsePasskey(WriteTransaction write, KeyRing ring)
{
    /// <summary>Notes the use of a passkey.</summary>
    /// <param name="accountId">The account that Identity found.</param>
    /// <param name="used">The passkey with its new counter.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Whether it counts.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was noted.</exception>
    public Task<bool> Run(Guid accountId, UserPasskeyInfo used, CancellationToken cancellation) => write.Run(
        async db =>
        {
            await db.Lock(RowLock.Passkey(used.CredentialId));
            var passkey = await db.UserPasskeys
                .Where(p => db.Users.Any(a => a.Id == p.UserId && a.Deleted == null && a.Suspended == null))
                .SingleOrDefaultAsync(p => p.UserId == accountId && p.CredentialId == used.CredentialId);
            if (passkey is null || !IsOurs(passkey) || !passkey.Data.PublicKey.SequenceEqual(used.PublicKey))
                return false;
            // As in Identity's own check (WebAuthn section 7.2, step 22), but in the transaction that writes it: of two answers with
            // the same counter, or of a passkey and its copy, one counts.
            if ((used.SignCount != 0 || passkey.Data.SignCount != 0) && used.SignCount <= passkey.Data.SignCount)
                return false;
            (passkey.Data.SignCount, passkey.Data.IsBackedUp) = (used.SignCount, used.IsBackedUp);
            return true;
        },
        cancellation);

    private bool IsOurs(IdentityUserPasskey<Guid> passkey) => CryptographicOperations.FixedTimeEquals(
        passkey.Data.AttestationObject, PasskeyMark.Of(ring, passkey.UserId, passkey.CredentialId, passkey.Data.PublicKey));
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes and verifies password hashes. Hashing is slow on purpose, so <see cref="HashingGate"/> limits it.</summary>
public sealed class PasswordHashes(HashingGate gate, KeyedPasswordHasher hasher, WriteTransaction write)
{
    private readonly Account _nobody = new();

    // The hash of a random password that nobody knows. Verifying against it takes as long as against the hash of a real account.
    private readonly string _noHash = hasher.HashPassword(new Account(), Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Hashes a password for <paramref name="account"/>, at the request of <paramref name="client"/>.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal Task<string> Make(Account account, string password, string client, CancellationToken cancellation) =>
        gate.Run(HashedText.Password, client, slot => slot.Run(() => hasher.HashPassword(account, password)), cancellation);

    /// <summary>
    /// Whether the account has this password. Takes equally long if there is no account or it has no password. If the password is right but
    /// an older version made its hash (with fewer iterations, or of the password as typed), a new hash replaces it.
    /// </summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal async Task<bool> Matches(Account? account, string password, string client, CancellationToken cancellation)
    {
        var result = await gate.Run(
            HashedText.Password, client,
            slot => slot.Run(() => hasher.VerifyHashedPassword(account ?? _nobody, account?.PasswordHash ?? _noHash, password)),
            cancellation);
        if (account?.PasswordHash is not { } hash || result == PasswordVerificationResult.Failed)
            return false;
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
            await Upgrade(account, hash, password, client, cancellation);
        return true;
    }

    /// <summary>
    /// Replaces the hash of the same password, unless the password was changed meanwhile. The security stamp stays, because sessions and
    /// links are still valid.
    /// </summary>
    private async Task Upgrade(Account account, string old, string password, string client, CancellationToken cancellation)
    {
        try
        {
            var hash = await Make(account, password, client, cancellation);
            await write.Run(
                db => db.Users.Where(a => a.Id == account.Id && a.PasswordHash == old)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, hash)),
                cancellation);
        }
        catch (ServerBusyException)
        {
            // The next sign-in replaces the hash. A busy server must not refuse this one for it.
        }
    }
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes and verifies password hashes. Hashing is slow on purpose, so <see cref="HashingGate"/> limits it.</summary>
public sealed class PasswordHashes(HashingGate gate, KeyedPasswordHasher hasher)
{
    private readonly Account _nobody = new();

    // The hash of a random password that nobody knows. Verifying against it takes as long as against the hash of a real account.
    private readonly string _noHash = hasher.HashPassword(new Account(), Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Hashes a password for <paramref name="account"/>, at the request of <paramref name="client"/>.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal async Task<string> Make(Account account, string password, string client, CancellationToken cancellation)
    {
        using var slot = await gate.Enter(HashedText.Password, client, cancellation);
        return await slot.Run(() => hasher.HashPassword(account, password));
    }

    /// <summary>Whether the account has this password. Takes equally long if there is no account or it has no password.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal async Task<bool> Matches(Account? account, string password, string client, CancellationToken cancellation)
    {
        using var slot = await gate.Enter(HashedText.Password, client, cancellation);
        var result = await slot.Run(() =>
            hasher.VerifyHashedPassword(account ?? _nobody, account?.PasswordHash ?? _noHash, password));
        return account?.PasswordHash is not null && result != PasswordVerificationResult.Failed;
    }
}

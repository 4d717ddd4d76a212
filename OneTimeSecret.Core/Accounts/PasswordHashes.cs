using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes and compares hashes of passwords, slow on purpose, inside the hashing gate.</summary>
public sealed class PasswordHashes(HashingGate gate, KeyedPasswordHasher hasher)
{
    private readonly Account _nobody = new();

    // Of a password that nobody knows: what an account without one is compared with.
    private readonly string _noHash = hasher.HashPassword(new Account(), Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>The hash of a password of <paramref name="account"/>.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal async Task<string> Make(Account account, string password, CancellationToken cancellation)
    {
        using var slot = await gate.Enter(cancellation);
        return await slot.Run(() => hasher.HashPassword(account, password));
    }

    /// <summary>Whether it is the password of <paramref name="account"/>. Takes as long where there is no account or password.</summary>
    /// <exception cref="ServerBusyException">Too many hashes are waiting.</exception>
    internal async Task<bool> Matches(Account? account, string password, CancellationToken cancellation)
    {
        using var slot = await gate.Enter(cancellation);
        var result = await slot.Run(() =>
            hasher.VerifyHashedPassword(account ?? _nobody, account?.PasswordHash ?? _noHash, password));
        return account?.PasswordHash is not null && result != PasswordVerificationResult.Failed;
    }
}

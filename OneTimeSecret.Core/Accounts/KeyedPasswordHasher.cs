using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Identity's hasher over HMAC(server's key, account id ‖ password). Without the key ring, nobody can guess passwords from a stolen
/// hash. A hash that is copied to another account's row matches no password there.
/// </summary>
/// <remarks>
/// A mark before the hash says that the password was normalized (<see cref="TypedText"/>). Older versions hashed it as typed; such a hash
/// is replaced at the next sign-in.
/// </remarks>
public sealed class KeyedPasswordHasher(KeyRing ring, IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    /// <summary>Bytes of salt and key in Identity's format 3.</summary>
    private const int SaltLength = 16, KeyLength = 32;

    private const string Mark = "nfc.";

    private readonly int _iterations = options.Value.IterationCount;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The password contains an unpaired surrogate.</exception>
    public override string HashPassword(Account user, string password) => Mark + base.HashPassword(
        user, Keyed(user, TypedText.Normalize(password) ?? throw new ArgumentException("A password is Unicode text.", nameof(password))));

    /// <summary>
    /// Verifies a password. A wrong one takes as long against a hash of an older version as against a new hash. Otherwise the time would
    /// reveal which addresses have old accounts.
    /// </summary>
    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        var isNormalized = IsMarked(hashedPassword);
        var keyed = Keyed(user, (isNormalized ? TypedText.Normalize(providedPassword) : null) ?? providedPassword);
        var result = base.VerifyHashedPassword(user, Unmarked(hashedPassword), keyed);
        if (result == PasswordVerificationResult.Success && !isNormalized)
            return PasswordVerificationResult.SuccessRehashNeeded;
        if (result == PasswordVerificationResult.Failed && MissingIterations(hashedPassword) is > 0 and var missing)
            Rfc2898DeriveBytes.Pbkdf2(keyed, new byte[SaltLength], missing, HashAlgorithmName.SHA512, KeyLength);
        return result;
    }

    /// <summary>How many iterations a hash has fewer than new ones. Zero for text that is no hash in Identity's format 3.</summary>
    internal int MissingIterations(string hash)
    {
        // Format 3: a marker, the function, the iterations, the length of the salt (4 bytes each, big endian), salt and key.
        var bytes = Convert.FromBase64String(Unmarked(hash));
        return bytes is [1, ..] && bytes.Length > 13 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)) is var done
            && done < _iterations ? _iterations - (int)done : 0;
    }

    private static bool IsMarked(string hash) => hash.StartsWith(Mark, StringComparison.Ordinal);

    private static string Unmarked(string hash) => IsMarked(hash) ? hash[Mark.Length..] : hash;

    private string Keyed(Account user, string password) =>
        Convert.ToBase64String(ring.Hash("password", user.Id.ToByteArray(bigEndian: true), System.Text.Encoding.UTF8.GetBytes(password)));
}

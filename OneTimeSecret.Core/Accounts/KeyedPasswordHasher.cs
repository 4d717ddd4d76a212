using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Identity's hasher over HMAC(server's key, account id ‖ password). Without the key ring, nobody can guess passwords from a stolen
/// hash. A hash that is copied to another account's row matches no password there.
/// </summary>
public sealed class KeyedPasswordHasher(KeyRing ring, IOptions<PasswordHasherOptions> options) : PasswordHasher<Account>(options)
{
    /// <inheritdoc/>
    public override string HashPassword(Account user, string password) => base.HashPassword(user, Keyed(user, password));

    /// <inheritdoc/>
    public override PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword) =>
        base.VerifyHashedPassword(user, hashedPassword, Keyed(user, providedPassword));

    private string Keyed(Account user, string password) =>
        Convert.ToBase64String(ring.Hash("password", user.Id.ToByteArray(bigEndian: true), System.Text.Encoding.UTF8.GetBytes(password)));
}

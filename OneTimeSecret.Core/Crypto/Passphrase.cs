using System.Security.Cryptography;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// What is kept of a passphrase, inside the outer box: a bcrypt verifier that decides, and the salt of the stretching that
/// opens the inner box. Both hashes are slow on purpose and run only inside the hashing gate.
/// </summary>
/// <param name="Verifier">bcrypt, 60 ASCII characters.</param>
/// <param name="Iterations">PBKDF2 iterations.</param>
/// <param name="Salt">PBKDF2 salt, 16 bytes.</param>
internal sealed record Passphrase(string Verifier, int Iterations, byte[] Salt)
{
    public const int StretchedLength = 64;
    public const int SaltLength = 16;
    public const int VerifierLength = 60;
    public const int DefaultIterations = 210_000;

    /// <summary>A verifier for a new passphrase.</summary>
    public static Passphrase New(SecretKey key, string passphrase, int bcryptCost, int iterations = DefaultIterations) => new(
        BCrypt.Net.BCrypt.HashPassword(Keyed(key, passphrase), BCrypt.Net.BCrypt.GenerateSalt(bcryptCost, 'b')),
        iterations,
        RandomNumberGenerator.GetBytes(SaltLength));

    /// <summary>Whether <paramref name="passphrase"/> is the one (bcrypt's own comparison is in fixed time).</summary>
    public bool Matches(SecretKey key, string passphrase) => BCrypt.Net.BCrypt.Verify(Keyed(key, passphrase), Verifier);

    /// <summary>Stretches a passphrase into key material: PBKDF2-HMAC-SHA512 over its UTF-8, 64 bytes (RFC 8018).</summary>
    public SecretBytes Stretch(string passphrase)
    {
        var stretched = new SecretBytes(StretchedLength);
        Rfc2898DeriveBytes.Pbkdf2(passphrase, Salt, stretched.Span, Iterations, HashAlgorithmName.SHA512);
        return stretched;
    }

    /// <summary>
    /// bcrypt reads 72 bytes and stops at a NUL. Hashing first makes every byte of a long passphrase count, and keying the hash
    /// with the link means that without the link there is nothing to guess against, even with the database and the server's key.
    /// The result is a string, which cannot be cleared, because the library takes nothing else.
    /// </summary>
    private static string Keyed(SecretKey key, string passphrase)
    {
        using var material = key.Material();
        using var text = SecretBytes.Utf8(passphrase);
        return Convert.ToBase64String(HMACSHA256.HashData(material.Span, text.Span));
    }
}

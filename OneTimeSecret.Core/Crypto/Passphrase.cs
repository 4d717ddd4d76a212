using System.Security.Cryptography;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// The stored data of a passphrase, inside the outer box: a bcrypt verifier that checks it, and the PBKDF2 parameters that stretch it into
/// a part of the inner box's key. Both hashes are slow on purpose and run only inside <see cref="HashingGate"/>.
/// </summary>
/// <param name="Verifier">bcrypt, 60 ASCII characters.</param>
/// <param name="Iterations">PBKDF2 iterations.</param>
/// <param name="Salt">PBKDF2 salt, 16 bytes.</param>
/// <param name="IsNormalized">Whether its text was normalized (<see cref="TypedText"/>). Older versions hashed it as typed.</param>
internal sealed record Passphrase(string Verifier, int Iterations, byte[] Salt, bool IsNormalized)
{
    public const int StretchedLength = 64;
    public const int SaltLength = 16;
    public const int VerifierLength = 60;
    public const int DefaultIterations = 210_000;

    /// <summary>The stored data for a new passphrase.</summary>
    /// <exception cref="ArgumentException">The text contains an unpaired surrogate.</exception>
    public static Passphrase New(SecretKey key, string passphrase, int bcryptCost, int iterations = DefaultIterations)
    {
        var text = TypedText.Normalize(passphrase) ?? throw new ArgumentException("A passphrase is Unicode text.", nameof(passphrase));
        return new Passphrase(
            BCrypt.Net.BCrypt.HashPassword(Keyed(key, text), BCrypt.Net.BCrypt.GenerateSalt(bcryptCost, 'b')),
            iterations,
            RandomNumberGenerator.GetBytes(SaltLength),
            IsNormalized: true);
    }

    /// <summary>Whether <paramref name="passphrase"/> is right. The bcrypt library compares in constant time.</summary>
    public bool Matches(SecretKey key, string passphrase) =>
        Text(passphrase) is { } text && BCrypt.Net.BCrypt.Verify(Keyed(key, text), Verifier);

    /// <summary>Stretches a right passphrase into key material: PBKDF2-HMAC-SHA512 over its UTF-8, 64 bytes (RFC 8018).</summary>
    public SecretBytes Stretch(string passphrase)
    {
        var stretched = new SecretBytes(StretchedLength);
        Rfc2898DeriveBytes.Pbkdf2(Text(passphrase), Salt, stretched.Span, Iterations, HashAlgorithmName.SHA512);
        return stretched;
    }

    /// <summary>The text that was hashed. Null: the given text is no Unicode text.</summary>
    private string? Text(string passphrase) => IsNormalized ? TypedText.Normalize(passphrase) : passphrase;

    /// <summary>
    /// The input of bcrypt, which reads only 72 bytes and stops at a NUL. The HMAC makes every byte of a long passphrase count. Its key is
    /// the secret key, so nobody can guess passphrases without the link, even with the database and the server's key.
    /// The result is a string and cannot be cleared, because the library accepts nothing else.
    /// </summary>
    private static string Keyed(SecretKey key, string passphrase)
    {
        using var material = key.Material();
        using var text = SecretBytes.Utf8(passphrase);
        return Convert.ToBase64String(HMACSHA256.HashData(material.Span, text.Span));
    }
}

using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OtpNet;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what all apps do.</summary>
public static class Totp
{
    /// <summary>Bytes of a key: the length of the hash (RFC 4226 section 4, R6).</summary>
    private const int KeyLength = 20;

    /// <summary>A new key.</summary>
    public static SecretBytes NewKey() => new(RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Where an account's sealed key belongs.</summary>
    internal static BoxContext Place(Guid accountId) => new("totp-key", accountId.ToByteArray(bigEndian: true), accountId);

    /// <summary>
    /// The time step whose code this is, one step before and after now included (RFC 6238 section 5.2: clocks and typists are late);
    /// null: it is wrong.
    /// </summary>
    internal static long? Step(SecretBytes key, string code, DateTimeOffset now) =>
        new OtpNet.Totp(new Key(key)).VerifyTotp(now.UtcDateTime, code, out var step, VerificationWindow.RfcSpecifiedNetworkDelay)
            ? step : null;

    /// <summary>The address of a key, as authenticator apps read it from a QR code.</summary>
    /// <param name="key">The key.</param>
    /// <param name="email">Names the account in the app.</param>
    /// <param name="issuer">Names the server in the app.</param>
    public static string Address(SecretBytes key, string email, string issuer) =>
        new OtpUri(OtpType.Totp, Base32(key), email, issuer).ToString();

    /// <summary>A key as people type it: base32 in groups of four.</summary>
    public static string Text(SecretBytes key) => string.Join(' ', Base32(key).Chunk(4).Select(group => new string(group)));

    /// <summary>The library takes only an array. What the page shows is a string anyway.</summary>
    private static string Base32(SecretBytes key)
    {
        var array = key.Span.ToArray();
        try
        {
            return Base32Encoding.ToString(array);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(array);
        }
    }

    /// <summary>Lets the library compute codes without the copy of the key that it would make and never clear.</summary>
    private sealed class Key(SecretBytes key) : IKeyProvider
    {
        public byte[] ComputeHmac(OtpHashMode mode, byte[] data) =>
            CryptographicOperations.HmacData(HashAlgorithmName.SHA1, key.Span, data);
    }
}

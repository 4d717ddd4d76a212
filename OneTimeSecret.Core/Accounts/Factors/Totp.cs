using System.Security.Cryptography;
using OneTimeSecret.Core.Crypto;
using OtpNet;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>Codes of authenticator apps: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which all apps support.</summary>
public static class Totp
{
    /// <summary>Bytes of a key: the length of the hash (RFC 4226 section 4, R6).</summary>
    private const int KeyLength = 20;

    /// <summary>A new key.</summary>
    public static SecretBytes NewKey() => new(RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>The associated data of an account's sealed key.</summary>
    internal static BoxContext Place(Guid accountId) => new("totp-key", accountId.ToByteArray(bigEndian: true), accountId);

    /// <summary>
    /// The time step that the code belongs to. Also accepts the steps before and after the current one, because clocks differ and typing
    /// takes time (RFC 6238 section 5.2). Null: the code is wrong.
    /// </summary>
    internal static long? Step(SecretBytes key, string code, DateTimeOffset now) =>
        new OtpNet.Totp(new Key(key)).VerifyTotp(now.UtcDateTime, code, out var step, VerificationWindow.RfcSpecifiedNetworkDelay)
            ? step : null;

    /// <summary>The last step whose code is accepted now. Stored as the last accepted step, it uses up all codes until now.</summary>
    internal static long Last(DateTimeOffset now) => (now.ToUnixTimeSeconds() / 30) + 1;

    /// <summary>The <c>otpauth:</c> URI of a key, which authenticator apps read from a QR code.</summary>
    /// <param name="key">The key.</param>
    /// <param name="email">Names the account in the app.</param>
    /// <param name="issuer">Names the server in the app.</param>
    public static string Address(SecretBytes key, string email, string issuer) =>
        new OtpUri(OtpType.Totp, Base32(key), email, issuer).ToString();

    /// <summary>A key as people type it: base32 in groups of four characters.</summary>
    public static string Text(SecretBytes key) => string.Join(' ', Base32(key).Chunk(4).Select(group => new string(group)));

    /// <summary>The library accepts only an array, which is cleared. The string cannot be cleared, but the page shows it anyway.</summary>
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

    /// <summary>Computes the HMAC for the library, which would otherwise make a copy of the key and never clear it.</summary>
    private sealed class Key(SecretBytes key) : IKeyProvider
    {
        public byte[] ComputeHmac(OtpHashMode mode, byte[] data) =>
            CryptographicOperations.HmacData(HashAlgorithmName.SHA1, key.Span, data);
    }
}

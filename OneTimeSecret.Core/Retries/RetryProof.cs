using System.Security.Cryptography;
using System.Text;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Retries;

/// <summary>
/// What shows that two reveals come from the same asker: random text that the asker sends with the first request and again with a repeated
/// one. The server stores a keyed hash of it, and a box that does not open without it.
/// </summary>
public sealed class RetryProof
{
    /// <summary>Minimum length in characters. 22 random characters of base64url have 132 bits.</summary>
    public const int Shortest = 22;

    /// <summary>Maximum length in characters.</summary>
    public const int Longest = 200;

    private const string Purpose = "kept-answer";
    private const int RandomBytes = 32;

    private readonly string _text;

    private RetryProof(string text) => _text = text;

    /// <summary>The text of a new proof: 256 random bits as 43 characters of base64url.</summary>
    public static string NewText() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Reads a proof. Null: the text is not 22 to 200 visible ASCII characters (0x21 to 0x7E).</summary>
    public static RetryProof? Parse(string? text) =>
        text is { Length: >= Shortest and <= Longest } && !text.AsSpan().ContainsAnyExceptInRange('!', '~') ? new RetryProof(text) : null;

    /// <summary>The name of the type only, so that a careless log line does not leak the proof.</summary>
    public override string ToString() => nameof(RetryProof);

    /// <summary>The proof's bytes in ASCII, as key material.</summary>
    internal SecretBytes Material() => new(Encoding.ASCII.GetBytes(_text));

    /// <summary>
    /// The id of the answer that is kept for this proof: a keyed hash of the secret key and the proof. The secret key is in it so that
    /// nobody can guess proofs without the link, even with the database and the key ring.
    /// </summary>
    internal byte[] AnswerId(KeyRing ring, SecretKey key)
    {
        var (link, proof) = (Encoding.ASCII.GetBytes(key.Text), Encoding.ASCII.GetBytes(_text));
        try
        {
            return ring.Hash(Purpose, link, proof);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(link);
            CryptographicOperations.ZeroMemory(proof);
        }
    }
}

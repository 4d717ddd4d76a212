using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// A key whose possession is the right to act: 31 characters of lower-case base36, about 160 bits.
/// The database knows only <see cref="Id"/>; the text lives in links and in the request that carries it.
/// </summary>
public abstract class CapabilityKey
{
    /// <summary>Characters of a key. 36^31 is a little more than 2^160.</summary>
    public const int Length = 31;

    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    private protected CapabilityKey(string text, ReadOnlySpan<byte> label)
    {
        Text = text;
        Span<byte> labelled = stackalloc byte[label.Length + Length];
        label.CopyTo(labelled);
        Encoding.ASCII.GetBytes(text, labelled[label.Length..]);
        Id = SHA256.HashData(labelled);
        CryptographicOperations.ZeroMemory(labelled);
    }

    /// <summary>The key itself. Goes into a link or an answer, never into a log, an exception or a column in clear.</summary>
    public string Text { get; }

    /// <summary>
    /// The lookup hash, SHA-256(label ‖ key), 32 bytes: the row's id. A plain hash suffices because the key has 160 random bits.
    /// </summary>
    public byte[] Id { get; }

    /// <summary>The key's 31 ASCII bytes, as key material.</summary>
    internal SecretBytes Material() => new(Encoding.ASCII.GetBytes(Text));

    /// <summary>Says only what kind of key this is, so that a careless log line gives nothing away.</summary>
    public sealed override string ToString() => GetType().Name;

    private protected static string NewText() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>
    /// The key in a text as people and mail programs pass it on; null: there is none. Blanks, line breaks and what
    /// has no width are dropped wherever they stand, other foreign characters are skipped at the start, and the letters and digits that
    /// follow in a row, in lower case, are the key if they are as many as a key has. Only those of ASCII count: were others turned into
    /// them (the sign of Kelvin is a k in lower case), two texts that differ could be one key.
    /// </summary>
    private protected static string? Read(string? text)
    {
        Span<char> key = stackalloc char[Length];
        var length = 0;
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format)
                continue;
            if (rune.IsAscii && char.IsAsciiLetterOrDigit((char)rune.Value))
            {
                if (length == Length)
                    return null;
                key[length++] = char.ToLowerInvariant((char)rune.Value);
            }
            else if (length > 0)
                break;
        }
        return length == Length ? new string(key) : null;
    }
}

/// <summary>The key in the link that is shared: reveals the secret once.</summary>
public sealed class SecretKey : CapabilityKey
{
    private SecretKey(string text) : base(text, "ots/v1/secret/"u8) { }

    /// <summary>A fresh key from the system's CSPRNG.</summary>
    public static SecretKey New() => new(NewText());

    /// <summary>The key in <paramref name="text"/>, whatever mail programs have put around it; null: it holds no whole key.</summary>
    public static SecretKey? Parse(string? text) => Read(text) is { } key ? new SecretKey(key) : null;
}

/// <summary>The creator's private key: reads the receipt and burns the secret.</summary>
public sealed class MetadataKey : CapabilityKey
{
    private MetadataKey(string text) : base(text, "ots/v1/metadata/"u8) { }

    /// <summary>A fresh key from the system's CSPRNG, independent of the secret key.</summary>
    public static MetadataKey New() => new(NewText());

    /// <summary>The key in <paramref name="text"/>, whatever mail programs have put around it; null: it holds no whole key.</summary>
    public static MetadataKey? Parse(string? text) => Read(text) is { } key ? new MetadataKey(key) : null;

    /// <summary>Seals what only the holder of this key may read, in the column that <paramref name="context"/> names.</summary>
    internal byte[] Seal(in BoxContext context, ReadOnlySpan<byte> plaintext)
    {
        using var subkey = Subkey(context.Purpose);
        return Box.Seal(subkey.Span, 0, context, plaintext);
    }

    /// <summary>Opens what <see cref="Seal"/> sealed.</summary>
    /// <exception cref="BrokenBoxException">The box does not belong here.</exception>
    internal SecretBytes Open(in BoxContext context, ReadOnlySpan<byte> box)
    {
        using var subkey = Subkey(context.Purpose);
        return Box.Open(subkey.Span, context, box);
    }

    private SecretBytes Subkey(string purpose)
    {
        using var material = Material();
        var subkey = new SecretBytes(32);
        HKDF.DeriveKey(
            HashAlgorithmName.SHA256, material.Span, subkey.Span, salt: [], info: Encoding.ASCII.GetBytes("ots/v1/metadata/" + purpose));
        return subkey;
    }
}

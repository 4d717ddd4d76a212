using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// A key that gives its holder the right to act: 31 characters of lower-case base36, about 160 bits.
/// The database stores only <see cref="Id"/>. The key itself exists only in links and requests.
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

    /// <summary>The key itself. It may be put into links and responses, but never into a log, an exception or an unsealed column.</summary>
    public string Text { get; }

    /// <summary>
    /// The lookup hash, SHA-256(label ‖ key), 32 bytes: the row's id. A plain hash is enough, because the key has 160 random bits.
    /// </summary>
    public byte[] Id { get; }

    /// <summary>The key's 31 ASCII bytes, as key material.</summary>
    internal SecretBytes Material() => new(Encoding.ASCII.GetBytes(Text));

    /// <summary>The name of the type only, so that a careless log line does not leak the key.</summary>
    public sealed override string ToString() => GetType().Name;

    private protected static string NewText() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>
    /// Reads the key from a text as people and mail programs pass it on. Null: the text holds no key. White space and characters without
    /// width are dropped everywhere. Other foreign characters are skipped at the start. The letters and digits that follow, in lower case,
    /// are the key if there are exactly 31. Only ASCII ones count. Otherwise two different texts could be the same key, because for example
    /// the Kelvin sign is a k in lower case.
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

/// <summary>The key in the link that is shared. It reveals the secret once.</summary>
public sealed class SecretKey : CapabilityKey
{
    private SecretKey(string text) : base(text, "ots/v1/secret/"u8) { }

    /// <summary>A fresh key from the system's CSPRNG.</summary>
    public static SecretKey New() => new(NewText());

    /// <summary>Reads the key from <paramref name="text"/>, which a mail program may have decorated. Null: it holds no whole key.</summary>
    public static SecretKey? Parse(string? text) => Read(text) is { } key ? new SecretKey(key) : null;
}

/// <summary>The creator's private key. It shows the receipt and burns the secret.</summary>
public sealed class MetadataKey : CapabilityKey
{
    private MetadataKey(string text) : base(text, "ots/v1/metadata/"u8) { }

    /// <summary>A fresh key from the system's CSPRNG, independent of the secret key.</summary>
    public static MetadataKey New() => new(NewText());

    /// <summary>Reads the key from <paramref name="text"/>, which a mail program may have decorated. Null: it holds no whole key.</summary>
    public static MetadataKey? Parse(string? text) => Read(text) is { } key ? new MetadataKey(key) : null;

    /// <summary>Seals a value that only the holder of this key may read. <paramref name="context"/> names its column.</summary>
    internal byte[] Seal(in BoxContext context, ReadOnlySpan<byte> plaintext)
    {
        using var subkey = Subkey(context.Purpose);
        return Box.Seal(subkey.Span, 0, context, plaintext);
    }

    /// <summary>Opens what <see cref="Seal"/> sealed.</summary>
    /// <exception cref="BrokenBoxException">The box is damaged, or was sealed for another row, column or owner.</exception>
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

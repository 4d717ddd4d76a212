using System.Buffers;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Actors;

/// <summary>A valid e-mail address, trimmed and in lower case. The host is in ASCII (IDNA), which reveals look-alike letters.</summary>
public sealed record EmailAddress
{
    private const int MaxLength = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
    private const int MaxLocalLength = 64;

    // Under two-letter domains, people register names below these second-level labels (co.uk, com.au, ac.nz).
    private static readonly HashSet<string> SecondLevels =
        new(StringComparer.Ordinal) { "ac", "co", "com", "edu", "gob", "gov", "govt", "gv", "mil", "ne", "net", "nom", "or", "org", "sch" };

    // RFC 5322 allows these characters in a local part only inside quotes, which real addresses do not need.
    private static readonly SearchValues<char> Specials = SearchValues.Create("\"(),:;<>@[\\]");

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string local, string host)
    {
        Local = local;
        Host = host;
    }

    private string Local { get; }

    private string Host { get; }

    /// <summary>The whole address.</summary>
    public string Text => $"{Local}@{Host}";

    /// <summary>
    /// A form of the address that its owner recognises but nobody else can use: two characters of the local part, one of the host, and the
    /// public suffix, as in <c>us***@e***.co.uk</c>. A local part of one or two characters is shown whole.
    /// </summary>
    public string Obfuscated => $"{(Local.Length <= 2 ? Local : Local[..2] + "***")}@{Host[0]}***.{PublicSuffix}";

    /// <summary>Whether the address is at exactly this <paramref name="host"/>, not at a subdomain.</summary>
    internal bool IsAt(string host) => string.Equals(AsciiHost(host.Trim().ToLowerInvariant()), Host, StringComparison.Ordinal);

    private string PublicSuffix
    {
        get
        {
            var labels = Host.Split('.');
            var two = labels.Length > 2 && labels[^1].Length == 2 && SecondLevels.Contains(labels[^2]);
            return string.Join('.', labels[^(two ? 2 : 1)..]);
        }
    }

    /// <summary>The address in <paramref name="text"/>. Null: it is not a valid address.</summary>
    public static EmailAddress? Parse(string text)
    {
        text = text.Trim();
        var at = text.LastIndexOf('@');
        if (text.Length > MaxLength || at < 1 || !text.EnumerateRunes().All(IsVisible))
            return null;
        var local = text[..at].ToLowerInvariant();
        if (local.AsSpan().ContainsAny(Specials) || local.Split('.').Contains("", StringComparer.Ordinal)
            || !MailAddress.TryCreate(text, out var parsed) || !string.Equals(parsed.Address, text, StringComparison.Ordinal))
            return null;
        if (AsciiHost(text[(at + 1)..].ToLowerInvariant()) is not { } host)
            return null;
        // The limits count bytes as sent: UTF-8, and a host in ASCII, which may be longer than the typed one.
        var length = Encoding.UTF8.GetByteCount(local);
        return length <= MaxLocalLength && length + 1 + host.Length <= MaxLength ? new EmailAddress(local, host) : null;
    }

    /// <summary>HMAC of the address under the server's hash key, 32 bytes. It finds the address again without revealing it.</summary>
    public byte[] Hash(KeyRing ring) => HashOf(ring, Text);

    /// <summary>The hash of an address that was parsed before.</summary>
    internal static byte[] HashOf(KeyRing ring, string address) => ring.Hash("recipient", address);

    /// <inheritdoc/>
    public override string ToString() => Obfuscated;

    // Excludes control characters and those that hide or reorder others. Half a surrogate pair is read as U+FFFD.
    private static bool IsVisible(Rune rune) =>
        rune != Rune.ReplacementChar && !Rune.IsWhiteSpace(rune)
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format);

    private static string? AsciiHost(string host)
    {
        try
        {
            var ascii = Idn.GetAscii(host);
            return ascii.Contains('.', StringComparison.Ordinal) && ascii[^1] != '.'
                && !ascii[(ascii.LastIndexOf('.') + 1)..].All(char.IsDigit)
                ? ascii
                : null;
        }
        catch (ArgumentException)
        {
            return null; // not a host name by the rules of IDNA
        }
    }
}

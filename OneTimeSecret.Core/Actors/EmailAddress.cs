using System.Buffers;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Actors;

/// <summary>An address that mail can be sent to: trimmed, lower-cased, its host in ASCII (IDNA), so that look-alikes show.</summary>
public sealed record EmailAddress
{
    private const int MaxLength = 254; // RFC 5321, 4.5.3.1.3 less the angle brackets
    private const int MaxLocalLength = 64;

    // Registries below these second-level labels hand out names under two-letter domains (co.uk, com.au, ac.nz).
    private static readonly HashSet<string> SecondLevels =
        new(StringComparer.Ordinal) { "ac", "co", "com", "edu", "gob", "gov", "govt", "gv", "mil", "ne", "net", "nom", "or", "org", "sch" };

    // RFC 5322: allowed in a local part only inside quotes, which no real address needs.
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
    /// The address as its owner recognises it and nobody else can use it: two characters of the local part, one of the host, and
    /// the public suffix: <c>us***@e***.co.uk</c>. A local part of up to two characters stays whole.
    /// </summary>
    public string Obfuscated => $"{(Local.Length <= 2 ? Local : Local[..2] + "***")}@{Host[0]}***.{PublicSuffix}";

    /// <summary>Whether it is an address at this very <paramref name="host"/>, not at one below it.</summary>
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

    /// <summary>The address in <paramref name="text"/>, or null when mail could not be sent to it.</summary>
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
        // The limits are on octets as they travel: UTF-8, and a host in ASCII that may be longer than it was written.
        var length = Encoding.UTF8.GetByteCount(local);
        return length <= MaxLocalLength && length + 1 + host.Length <= MaxLength ? new EmailAddress(local, host) : null;
    }

    /// <summary>HMAC of the address under the server's hash key: finds it again without showing it. 32 bytes.</summary>
    public byte[] Hash(KeyRing ring) => HashOf(ring, Text);

    /// <summary>The same for an address that was parsed before.</summary>
    internal static byte[] HashOf(KeyRing ring, string address) => ring.Hash("recipient", address);

    /// <inheritdoc/>
    public override string ToString() => Obfuscated;

    // Neither controls nor what hides or reorders its neighbours; half a surrogate pair counts as U+FFFD.
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
            return null; // not a host name by IDNA's rules
        }
    }
}

using System.Buffers;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using OneTimeSecret.Core.Keys;

namespace OneTimeSecret.Core.Actors;

/// <summary>
/// A valid e-mail address, trimmed and in lower case. The host is in ASCII (IDNA), which reveals look-alike letters. Each address has one
/// spelling: two texts are the same address if their <see cref="Key"/> is the same, byte by byte.
/// </summary>
public sealed record EmailAddress
{
    private const int MaxLength = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
    private const int MaxLocalLength = 64;

    // Under two-letter domains, people register names below these second-level labels (co.uk, com.au, ac.nz).
    private static readonly HashSet<string> SecondLevels =
        new(StringComparer.Ordinal) { "ac", "co", "com", "edu", "gob", "gov", "govt", "gv", "mil", "ne", "net", "nom", "or", "org", "sch" };

    // RFC 5322 allows these characters in a local part only inside quotes, which real addresses do not need.
    private static readonly SearchValues<char> Specials = SearchValues.Create("\"(),:;<>@[\\]");

    // Letters with a second spelling that .NET's simple case mapping does not show: Unicode folds ß to ss, and I is the capital of ı.
    private static readonly SearchValues<char> Folded = SearchValues.Create("ßı");

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

    /// <summary>
    /// The key by which accounts are found, unique and counted. It is the form that ASP.NET Core Identity stores, for every address that
    /// <see cref="Parse"/> accepts. An address that is refused today is its own key, which is in lower case and so nobody else's.
    /// </summary>
    internal string Key => HasOneSpelling(Local) ? Text.ToUpperInvariant() : Text;

    /// <summary>
    /// The key of the mailbox, for limits on mails: <c>you+1@…</c> and <c>you+2@…</c> are different addresses, but usually one mailbox.
    /// </summary>
    internal string Mailbox => WithoutTag(Key);

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

    /// <summary>
    /// The address in <paramref name="text"/>. Null: it is not a valid address, or its local part has a second spelling: letters that
    /// change by case folding or by normalization (NFKC), such as <c>ſ</c>, which is another <c>s</c>.
    /// </summary>
    public static EmailAddress? Parse(string text) => Read(text, out var typed) is { } address && HasOneSpelling(typed) ? address : null;

    /// <summary>
    /// As <see cref="Parse"/>, to find what is already stored. It also accepts an address that older versions stored and that is refused
    /// today, in exactly its stored spelling.
    /// </summary>
    public static EmailAddress? ParseStored(string text) =>
        Read(text, out var typed) is { } address && (HasOneSpelling(typed) || !HasOneSpelling(address.Local)) ? address : null;

    /// <summary>The key (<see cref="Key"/>) of the first characters of an address, which may be any text.</summary>
    internal static string KeyOfBeginning(string typed)
    {
        typed = string.Concat(typed.Trim().EnumerateRunes()); // replaces half surrogate pairs, which cannot be normalized
        return HasOneSpelling(typed) ? typed.ToUpperInvariant() : typed.ToLowerInvariant();
    }

    /// <summary>HMAC of the address under the server's hash key, 32 bytes. It finds the address again without revealing it.</summary>
    public byte[] Hash(KeyRing ring) => HashOf(ring, Text);

    /// <summary>The hash of an address that was parsed before.</summary>
    internal static byte[] HashOf(KeyRing ring, string address) => ring.Hash("recipient", address);

    /// <inheritdoc/>
    public override string ToString() => Obfuscated;

    /// <summary>
    /// An address without its tag: everything from the first <c>+</c> of the local part on (RFC 5233). Dots stay, because at most hosts
    /// <c>a.b@…</c> and <c>ab@…</c> are different people, and one could then use up the other's limit.
    /// </summary>
    internal static string WithoutTag(string address)
    {
        var (tag, at) = (address.IndexOf('+', StringComparison.Ordinal), address.LastIndexOf('@'));
        return tag > 0 && tag < at ? address.Remove(tag, at - tag) : address;
    }

    private static EmailAddress? Read(string text, out string typed)
    {
        typed = "";
        text = text.Trim();
        var at = text.LastIndexOf('@');
        if (text.Length > MaxLength || at < 1 || !text.EnumerateRunes().All(IsVisible))
            return null;
        typed = text[..at];
        var local = typed.ToLowerInvariant();
        if (local.AsSpan().ContainsAny(Specials) || local.Split('.').Contains("", StringComparer.Ordinal)
            || !MailAddress.TryCreate(text, out var parsed) || !string.Equals(parsed.Address, text, StringComparison.Ordinal))
            return null;
        if (AsciiHost(text[(at + 1)..].ToLowerInvariant()) is not { } host)
            return null;
        // The limits count bytes as sent: UTF-8, and a host in ASCII, which may be longer than the typed one.
        var length = Encoding.UTF8.GetByteCount(local);
        return length <= MaxLocalLength && length + 1 + host.Length <= MaxLength ? new EmailAddress(local, host) : null;
    }

    /// <summary>
    /// Whether no other text is the same name to programs that ignore case or normalize (Unicode 3.13; UAX 15, NFKC). Without this rule,
    /// somebody could own a spelling of another person's address, or pass a limit on an address by spelling it differently.
    /// </summary>
    private static bool HasOneSpelling(string local)
    {
        if (Ascii.IsValid(local))
            return true;
        var lower = local.ToLowerInvariant();
        // Letters that Unicode does not know yet may get a second spelling in a later version.
        if (lower.AsSpan().ContainsAny(Folded)
            || local.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherNotAssigned))
            return false;
        var letters = lower.Normalize(NormalizationForm.FormD);
        return local.IsNormalized(NormalizationForm.FormKC) && lower.IsNormalized(NormalizationForm.FormKC)
            && lower.ToUpperInvariant().IsNormalized(NormalizationForm.FormKC)
            && string.Equals(letters.ToUpperInvariant().ToLowerInvariant(), letters, StringComparison.Ordinal);
    }

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

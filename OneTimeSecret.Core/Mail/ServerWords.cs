using System.Text.RegularExpressions;
using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// What a mail server says, without what it may have taken from the mail: it goes to logs and to the operator, who must see neither
/// recipients nor links.
/// </summary>
internal static partial class ServerWords
{
    private const int MaxLength = 200;

    /// <summary>The words on one line, addresses, links and keys left out.</summary>
    public static string Of(string said, MimeMessage? message)
    {
        var words = LineText.Of(said);
        words = Address().Replace(Link().Replace(words, "(link)"), "(address)");
        // Some servers repeat only what stands before the @.
        foreach (var mailbox in message?.To.Mailboxes ?? [])
            words = Regex.Replace(
                words, $@"(?<![\w.+-]){Regex.Escape(mailbox.LocalPart)}(?![\w.+-])", "(address)",
                RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        words = Blanks().Replace(Key().Replace(words, "(key)"), " ").Trim();
        return words.Length <= MaxLength ? words : words[..MaxLength] + "…";
    }

    [GeneratedRegex(@"(?:[a-z][a-z0-9+.-]*:/|www\.)\S*", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\s<>""'()]+@[^\s<>""'()]+", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    /// <summary>Keys have 31 characters, tokens more; one may be cut off.</summary>
    [GeneratedRegex(@"[\w%+/=-]{24,}", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}

using System.Text.RegularExpressions;
using MimeKit;

namespace OneTimeSecret.Core.Mail;

/// <summary>
/// Removes addresses, links and keys from a mail server's reply, which may repeat parts of the mail. The reply is shown in logs and to
/// administrators, who must see neither recipients nor links.
/// </summary>
internal static partial class ServerWords
{
    private const int MaxLength = 200;

    /// <summary>The reply on one line, without addresses, links and keys, cut after 200 characters.</summary>
    public static string Of(string said, MimeMessage? message)
    {
        var words = LineText.Of(said);
        words = Address().Replace(Link().Replace(words, "(link)"), "(address)");
        // Some servers repeat only the local part of the address.
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

    /// <summary>Keys have 31 characters and tokens more. The pattern is shorter, because a reply may contain a cut-off key.</summary>
    [GeneratedRegex(@"[\w%+/=-]{24,}", RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// The position at which a page of a list begins, as text that is safe in a URL. It is not signed: a reader of a list may see all of its
/// rows, so a forged position reveals nothing more.
/// </summary>
/// <param name="Back">Whether the page is before the position.</param>
/// <param name="Position">The position, in the list's own format.</param>
internal sealed record TextCursor(bool Back, string Position)
{
    /// <summary>The cursor as text.</summary>
    public string Text() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes((Back ? '<' : '>') + Position));

    /// <summary>Reads a cursor. Text that is not a cursor leads to the first page.</summary>
    /// <param name="text">The cursor as text.</param>
    /// <param name="place">Parses a position. Returns null for text that is not a position.</param>
    public static (bool Back, TPlace? Place) Read<TPlace>(string? text, Func<string, TPlace?> place)
        where TPlace : class =>
        Parse(text) is { } cursor && place(cursor.Position) is { } found ? (cursor.Back, found) : (false, null);

    /// <summary>A time as a part of a position.</summary>
    public static string Write(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The time in a part of a position. Null: the text is not a time.</summary>
    public static DateTimeOffset? ReadTime(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private static TextCursor? Parse(string? text)
    {
        if (text is null || !Base64Url.IsValid(text))
            return null;
        var words = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text));
        return words is ['<' or '>', ..] ? new TextCursor(words[0] == '<', words[1..]) : null;
    }
}

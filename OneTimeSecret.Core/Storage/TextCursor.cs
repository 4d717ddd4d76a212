using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Where a page of a list begins, as text that is safe in a URL. Not sealed: who reads a list may see every row of it, so a position
/// that somebody makes up shows nothing more.
/// </summary>
/// <param name="Back">Whether the page lies before the position.</param>
/// <param name="Position">The position in the list's own words.</param>
internal sealed record TextCursor(bool Back, string Position)
{
    /// <summary>The cursor as text.</summary>
    public string Text() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes((Back ? '<' : '>') + Position));

    /// <summary>Where the cursor in <paramref name="text"/> leads; other text leads to the first page.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">The place that a position names; null for none.</param>
    public static (bool Back, TPlace? Place) Read<TPlace>(string? text, Func<string, TPlace?> place)
        where TPlace : class =>
        Parse(text) is { } cursor && place(cursor.Position) is { } found ? (cursor.Back, found) : (false, null);

    /// <summary>A time as a part of a position.</summary>
    public static string Write(DateTimeOffset time) => time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    /// <summary>The time in a part of a position; null for other text.</summary>
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

using System.Globalization;
using System.Text;

namespace OneTimeSecret.Core;

/// <summary>Text on one line of which all can be seen: nothing in it ends the line, turns it around, or shows nothing.</summary>
public static class LineText
{
    /// <summary>The text with a blank for all else, and none at its ends.</summary>
    public static string Of(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => IsVisible(rune) ? rune.ToString() : " ")).Trim();

    /// <summary>Whether there is nothing else in it.</summary>
    public static bool Is(string text) => text.EnumerateRunes().All(IsVisible);

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

using System.Globalization;
using System.Text;

namespace OneTimeSecret.Core;

/// <summary>Text on one line, all of it visible: no control or format characters, no line or paragraph separators.</summary>
public static class LineText
{
    /// <summary>Replaces each of those characters with a space, and trims the ends.</summary>
    public static string Of(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => IsVisible(rune) ? rune.ToString() : " ")).Trim();

    /// <summary>Whether the text contains none of those characters.</summary>
    public static bool Is(string text) => text.EnumerateRunes().All(IsVisible);

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}

using OneTimeSecret.Core;

namespace OneTimeSecret.Tests;

/// <summary>Text for a single line contains no characters that hide or reorder text.</summary>
public sealed class LineTextTests
{
    [Theory]
    [InlineData("a\nb", "a b"), InlineData("a\u2028b", "a b"), InlineData("a\u2029b", "a b"), InlineData("a\u202Eb", "a b")]
    [InlineData("\u200B a \u200F", "a"), InlineData("\u202E", ""), InlineData("a\0", "a")]
    public void Line_breaks_direction_marks_and_invisible_characters_become_blanks_or_are_trimmed(string text, string shown)
    {
        Assert.Equal(shown, LineText.Of(text));
        Assert.False(LineText.Is(text));
    }

    [Theory, InlineData(""), InlineData("It's <b> \u2602 \U0001F512 \u05D0\u0301")]
    public void Other_text_is_unchanged(string text)
    {
        Assert.Equal(text, LineText.Of(text));
        Assert.True(LineText.Is(text));
    }
}

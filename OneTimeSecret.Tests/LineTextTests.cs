using OneTimeSecret.Core;

namespace OneTimeSecret.Tests;

/// <summary>What stands on one line shows all of itself.</summary>
public sealed class LineTextTests
{
    [Theory]
    [InlineData("a\nb", "a b"), InlineData("a\u2028b", "a b"), InlineData("a\u2029b", "a b"), InlineData("a\u202Eb", "a b")]
    [InlineData("\u200B a \u200F", "a"), InlineData("\u202E", ""), InlineData("a\0", "a")]
    public void What_ends_or_turns_the_line_or_shows_nothing_becomes_a_blank(string text, string shown)
    {
        Assert.Equal(shown, LineText.Of(text));
        Assert.False(LineText.Is(text));
    }

    [Theory, InlineData(""), InlineData("It's <b> \u2602 \U0001F512 \u05D0\u0301")]
    public void All_else_stays_as_it_is(string text)
    {
        Assert.Equal(text, LineText.Of(text));
        Assert.True(LineText.Is(text));
    }
}

using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

[Properties(Arbitrary = [typeof(Decorations)])]
public sealed partial class CapabilityKeyTests
{
    private const string Text = "abcdefghijklmnopqrstuvwxyz01234";

    [Fact]
    public void A_new_key_is_31_characters_of_base36()
    {
        Assert.Matches(Form(), SecretKey.New().Text);
        Assert.Matches(Form(), MetadataKey.New().Text);
        Assert.True(Math.Pow(36, CapabilityKey.Length) > Math.Pow(2, 160));
    }

    [Fact]
    public void New_keys_never_repeat() =>
        Assert.Equal(20_000, Enumerable.Range(0, 10_000).SelectMany(_ => new[] { SecretKey.New().Text, MetadataKey.New().Text })
            .ToHashSet(StringComparer.Ordinal).Count);

    [Fact]
    public void The_characters_of_new_keys_are_unbiased()
    {
        const int Keys = 20_000;
        var counts = Enumerable.Range(0, Keys).SelectMany(_ => SecretKey.New().Text).CountBy(c => c).ToDictionary();
        const double Expected = Keys * 31 / 36.0;
        var chiSquare = counts.Values.Sum(count => Math.Pow(count - Expected, 2) / Expected);
        // 35 degrees of freedom: unbiased characters exceed 120 once in 10^11 runs. A random byte modulo 36 gives thousands.
        Assert.Equal(36, counts.Count);
        Assert.InRange(chiSquare, 0, 120);
    }

    [Fact]
    public void Printing_a_key_shows_only_its_kind()
    {
        Assert.Equal("SecretKey", $"{SecretKey.New()}");
        Assert.Equal("MetadataKey", $"{MetadataKey.New()}");
    }

    [Fact]
    public void A_key_reads_back_with_the_same_id()
    {
        var key = SecretKey.New();
        Assert.Equal(key.Id, SecretKey.Parse(key.Text)!.Id);
        Assert.Equal(Text, MetadataKey.Parse(Text)!.Text);
    }

    [Fact]
    public void Same_text_has_different_ids_as_secret_key_and_as_metadata_key() =>
        Assert.NotEqual(SecretKey.Parse(Text)!.Id, MetadataKey.Parse(Text)!.Id);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \u00A0\u200B\r\n")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234abcdefghijklmnopqrstuvwxyz01234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123\n")]
    [InlineData(" bcdefghijklmnopqrstuvwxyz01234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123-")]
    [InlineData("abcdefghijklmno-pqrstuvwxyz01234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123\04")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123\0")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123é")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123٣")] // a digit, but not an ASCII one
    [InlineData("ａbcdefghijklmnopqrstuvwxyz01234")] // a full-width a: it is skipped at the start, so 30 characters are left
    [InlineData("\u212Abcdefghijklmnopqrstuvwxyz0123")] // the Kelvin sign, whose lower case is k
    [InlineData("ABCDEFGH\u0130JKLMNOPQRSTUVWXYZ01234")] // Turkish i, with dot and without
    [InlineData("abcdefgh\u0131jklmnopqrstuvwxyz01234")]
    [InlineData("%2Fabcdefghijklmnopqrstuvwxyz01234")] // still encoded: 2F cannot be distinguished from characters of a key
    public void Text_without_exactly_31_letters_or_digits_is_not_a_key(string? text)
    {
        Assert.Null(SecretKey.Parse(text));
        Assert.Null(MetadataKey.Parse(text));
    }

    /// <summary>Text that mail programs, chats and people add around or inside a key (docs/contract.md, Keys).</summary>
    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234.")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234)")]
    [InlineData("<abcdefghijklmnopqrstuvwxyz01234>")]
    [InlineData("\u00AB\u00A0abcdefghijklmnopqrstuvwxyz01234\u00A0\u00BB")]
    [InlineData("  abcdefghijklmnopqrst uvwxyz01234\t")]
    [InlineData("abcdefghijklmnop\r\n qrstuvwxyz01234\r\n")]
    [InlineData("abcdefghij\u200Bklmnopqrstuvwxyz\uFEFF01234\u2060")]
    [InlineData("\u200E\u202Aabcdefghijklmnop\u00ADqrstuvwxyz01234\u202C")] // direction marks, a soft hyphen
    [InlineData("abcdefghijklmnopqrstuvwxyz01234&utm_source=x")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234?x")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234%3Fx")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234%20")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234/")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234を開く")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234\u0301")]
    [InlineData("\0abcdefghijklmnopqrstuvwxyz01234\0")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZ01234")]
    public void Key_is_read_despite_punctuation_and_invisible_characters(string text)
    {
        Assert.Equal(Text, SecretKey.Parse(text)?.Text);
        Assert.Equal(MetadataKey.Parse(Text)!.Id, MetadataKey.Parse(text)?.Id);
    }

    [Property(MaxTest = 1000)]
    public void Key_is_read_despite_random_additions(Decorated text)
    {
        Assert.Equal(text.Key, SecretKey.Parse(text.Text)?.Text);
        Assert.Equal(text.Key, MetadataKey.Parse(text.Text)?.Text);
    }

    /// <summary>So the text cannot be read as a key that it does not contain.</summary>
    [Property(MaxTest = 1000)]
    public void Key_that_is_read_is_the_first_31_letters_and_digits_of_the_text(Decorated text, NonNull<string> before, char other, byte at)
    {
        var changed = before.Get + text.Text.Insert(at % (text.Text.Length + 1), other.ToString());
        if (SecretKey.Parse(changed)?.Text is not { } key)
            return;
        var letters = string.Concat(changed.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        Assert.StartsWith(key, letters, StringComparison.Ordinal);
        Assert.Matches(Form(), key);
    }

    [Property(MaxTest = 2000)]
    public void Changed_character_that_is_no_letter_or_digit_makes_the_key_invalid(char other, byte at)
    {
        var text = Text.ToCharArray();
        text[at % text.Length] = other;
        Assert.Equal(char.IsAsciiLetterOrDigit(other), SecretKey.Parse(new string(text)) is not null);
    }

    [Property]
    public void Arbitrary_text_is_not_a_key(string? text) => Assert.Null(SecretKey.Parse(text));

    /// <summary>A key, and a text that contains it with additions.</summary>
    public sealed record Decorated(string Key, string Text);

    public static class Decorations
    {
        /// <summary>Characters that are dropped wherever they occur.</summary>
        private static readonly string[] Dropped =
        [
            "", "", "", " ", "\t", "\r\n", "\n", "\u00A0", "\u2009", "\u202F", "\u3000", "\u2028", "\u0085", "\u200B", "\u200C", "\u200D",
            "\u2060", "\uFEFF", "\u180E", "\u00AD", "\u200E", "\u202A", "\u2066",
        ];

        private static readonly string[] Foreign =
            ["<", "(", "\"", "'", "[", "*", "_", "-", "/", "%", "\0", "«", "é", "鍵", "🔑", "\uD800", "٣"];

        private static readonly string[] Behind =
            ["", ".", ")", ">", "&utm_source=x", "?x=1", "%3Fx", "/burn", "#a", "…", "é", "を", "🔑b", "\0a"];

        public static Arbitrary<Decorated> Decorated() => (
            from characters in Gen.Elements("0123456789abcdefghijklmnopqrstuvwxyz".ToCharArray()).ArrayOf(CapabilityKey.Length)
            let key = new string(characters)
            from before in Gen.Elements(Dropped.Concat(Foreign)).ListOf()
            from blanks in Gen.Elements(Dropped).ArrayOf(CapabilityKey.Length)
            from capitals in Gen.Elements(true, false).ArrayOf(CapabilityKey.Length)
            from behind in Gen.Elements(Behind)
            let inner = key.Select((c, i) => (capitals[i] ? char.ToUpperInvariant(c) : c) + blanks[i])
            select new Decorated(key, string.Concat(before) + string.Concat(inner) + behind)).ToArbitrary();
    }

    [GeneratedRegex(@"\A[0-9a-z]{31}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

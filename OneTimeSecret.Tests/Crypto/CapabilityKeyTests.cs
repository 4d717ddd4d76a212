using System.Text.RegularExpressions;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

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
        // 35 degrees of freedom: fair characters exceed 120 once in 10^11 runs; a byte modulo 36 comes to thousands.
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
    public void One_text_has_two_ids_as_secret_key_and_as_metadata_key() =>
        Assert.NotEqual(SecretKey.Parse(Text)!.Id, MetadataKey.Parse(Text)!.Id);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123")]
    [InlineData("abcdefghijklmnopqrstuvwxyz012345")]
    [InlineData("Abcdefghijklmnopqrstuvwxyz01234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123\n")]
    [InlineData("abcdefghijklmnopqrstuvwxyz01234\n")]
    [InlineData(" bcdefghijklmnopqrstuvwxyz01234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123-")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123\0")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123é")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123٣")]
    [InlineData("ａbcdefghijklmnopqrstuvwxyz01234")]
    public void Anything_else_is_no_key(string? text)
    {
        Assert.Null(SecretKey.Parse(text));
        Assert.Null(MetadataKey.Parse(text));
    }

    [Property(MaxTest = 2000)]
    public void One_changed_character_keeps_the_form_or_is_no_key(char other, byte at)
    {
        var text = Text.ToCharArray();
        text[at % text.Length] = other;
        Assert.Equal(Form().IsMatch(new string(text)), SecretKey.Parse(new string(text)) is not null);
    }

    [Property]
    public void Arbitrary_text_is_no_key(string? text) => Assert.Null(SecretKey.Parse(text));

    [GeneratedRegex(@"\A[0-9a-z]{31}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}

using System.Text;
using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Tests.Actors;

/// <summary>An address has one spelling. Case of ASCII and of other simple letters is no second spelling, because it is folded.</summary>
public sealed class OneSpellingTests
{
    /// <summary>Local parts, each with the one that it can be mistaken for.</summary>
    public static TheoryData<string, string> LookAlikes() => new()
    {
        { "\u017fusi", "susi" }, // long s
        { "\u212aate", "kate" }, // Kelvin sign
        { "ｓｕｓｉ", "susi" },
        { "ＳＵＳＩ", "susi" },
        { "stra\u00dfe", "strasse" }, // sharp s
        { "STRA\u1e9eE", "strasse" }, // capital sharp s
        { "s\u0131la", "sila" }, // dotless i
        { "\u0130pek", "ipek" }, // capital I with a dot
        { "i\u0307pek", "ipek" }, // i with a second dot
        { "jose\u0301", "jos\u00e9" }, // e and a combining accent
        { "J\u030ci", "\u01f0i" }, // J and a combining caron, which is one letter as a small letter
        { "\u03c0\u03b1\u03c5\u03bb\u03bf\u03c2", "\u03c0\u03b1\u03c5\u03bb\u03bf\u03c3" }, // final sigma
        { "\u1f80", "\u1f00\u03b9" }, // alpha with iota subscript
        { "\u1c80", "\u0432" }, // rounded ve
        { "ﬁona", "fiona" }, // ligature
        { "susi²", "susi2" },
        { "\u2126", "\u03c9" }, // Ohm sign
    };

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public void Local_part_with_a_second_spelling_is_refused(string local, string other)
    {
        Assert.Null(EmailAddress.Parse($"{local}@example.com"));
        Assert.NotNull(EmailAddress.Parse($"{other}@example.com"));
    }

    [Theory]
    [InlineData("Susi", "susi")]
    [InlineData("JOSÉ", "josé")]
    [InlineData("MÜLLER", "müller")]
    [InlineData("ИВАН", "иван")]
    [InlineData("ΩΜΈΓΑ", "ωμέγα")]
    [InlineData("\u0390", "\u0390")] // its capital is three characters
    [InlineData("例え", "例え")]
    [InlineData("한글", "한글")]
    [InlineData("\U00010400", "\U00010428")] // a letter of two surrogates
    [InlineData("😀", "😀")]
    public void Case_of_letters_is_no_second_spelling(string local, string folded)
    {
        Assert.Equal($"{folded}@example.com", EmailAddress.Parse($"{local}@example.com")?.Text);
        Assert.Equal(Key($"{folded}@example.com"), Key($"{local}@EXAMPLE.com"));
    }

    [Fact]
    public void Addresses_that_differ_are_different_to_every_program_that_folds_case_or_normalizes()
    {
        var accepted = Letters()
            .Select(letter => EmailAddress.Parse($"a{letter}@example.com")?.Text).OfType<string>()
            .Distinct(StringComparer.Ordinal).ToList();
        Assert.InRange(accepted.Count, 100_000, 500_000);
        Func<string, string>[] folds =
        [
            text => text.ToUpperInvariant(),
            text => text.ToUpperInvariant().ToLowerInvariant(),
            text => text.Normalize(NormalizationForm.FormKC),
            text => text.Normalize(NormalizationForm.FormKD).ToUpperInvariant(),
            text => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant().Normalize(NormalizationForm.FormKC),
        ];
        Assert.All(folds, fold => Assert.DoesNotContain(accepted.GroupBy(fold, StringComparer.Ordinal), group => group.Skip(1).Any()));
    }

    [Fact]
    public void Key_of_an_accepted_address_is_what_older_versions_stored()
    {
        var older = new UpperInvariantLookupNormalizer();
        foreach (var letter in Letters())
            if (EmailAddress.Parse($"a{letter}@example.com") is { } address)
                Assert.Equal(older.NormalizeEmail(address.Text), address.Key);
    }

    [Fact]
    public void Stored_address_that_is_refused_today_is_found_by_its_own_spelling_and_no_other()
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var letter in Letters())
            if (EmailAddress.ParseStored($"a{letter}@example.com") is { } address)
            {
                keys.TryAdd(address.Key, address.Text);
                Assert.Equal(keys[address.Key], address.Text);
            }
        Assert.Equal("\u017fusi@example.com", Key("\u017fUSI@example.com"));
        Assert.Equal("\u017fusi@example.com", Key("\u017fusi@example.com"));
        Assert.Null(Key("\u212aate@example.com")); // would be stored with the letter k
    }

    [Theory]
    [InlineData("jane@m\u00fcnchen.de", "jane@M\u00dcNCHEN.DE")]
    [InlineData("jane@m\u00fcnchen.de", "jane@XN--MNCHEN-3YA.de")]
    [InlineData("jane@example.com", "jane@\uff25xample\uff0ecom")]
    public void Spellings_of_one_host_are_one_address(string text, string other) =>
        Assert.Equal(Assert.IsType<string>(Key(text)), Key(other));

    [Theory]
    [InlineData("jane@xn--MNCHEN-3ya.xn--abc")] // decodes to nothing
    [InlineData("jane@xn--a.com")]
    [InlineData("jane@xn--susi-.com")] // needs no encoding
    [InlineData("jane@xn--TLA.com")]
    [InlineData("jane@mu\u0308nchen.de")]
    [InlineData("jane@\u212aelvin.com")]
    public void Host_that_is_not_normalized_or_only_pretends_to_be_encoded_is_refused(string text) => Assert.Null(EmailAddress.Parse(text));

    private static string? Key(string text) => EmailAddress.ParseStored(text)?.Key;

    /// <summary>Every character of Unicode, and the combinations that matter: a letter with a dot or an accent after it.</summary>
    private static IEnumerable<string> Letters()
    {
        for (var code = 0x80; code <= 0x10ffff; code++)
            if (Rune.IsValid(code))
                yield return new Rune(code).ToString();
        foreach (var mark in "\u0301\u0307\u030c\u0308\u0345")
            for (var code = 'A'; code < 0x2000; code++)
                yield return $"{code}{mark}";
    }
}

using System.Text;
using FsCheck;
using FsCheck.Xunit;
using OneTimeSecret.Core.Crypto;

namespace OneTimeSecret.Tests.Crypto;

public sealed class PassphraseTests
{
    private const int Cheap = 4;

    private static readonly SecretKey Key = SecretKey.New();

    [Theory]
    [InlineData(4, "$2b$04$")]
    [InlineData(11, "$2b$11$")]
    public void Verifier_is_bcrypt_2b_with_the_requested_cost(int cost, string start)
    {
        var verifier = Passphrase.New(Key, "correct horse", cost).Verifier;
        Assert.StartsWith(start, verifier, StringComparison.Ordinal);
        Assert.Equal(Passphrase.VerifierLength, Encoding.UTF8.GetByteCount(verifier));
    }

    [Fact]
    public void A_new_passphrase_is_stretched_210_000_times_with_a_salt_of_its_own()
    {
        var (one, other) = (Passphrase.New(Key, "correct horse", Cheap), Passphrase.New(Key, "correct horse", Cheap));
        Assert.Equal(210_000, one.Iterations);
        Assert.Equal(16, one.Salt.Length);
        Assert.NotEqual(one.Salt, other.Salt);
        Assert.NotEqual(one.Verifier, other.Verifier, StringComparer.Ordinal);
    }

    [Property(MaxTest = 100)]
    public void Only_the_same_passphrase_matches(NonNull<string> one, NonNull<string> other)
    {
        if (TypedText.Normalize(one.Get) is not { } text)
            return;
        var kept = Passphrase.New(Key, one.Get, Cheap);
        Assert.True(kept.Matches(Key, one.Get));
        Assert.Equal(string.Equals(text, TypedText.Normalize(other.Get), StringComparison.Ordinal), kept.Matches(Key, other.Get));
    }

    [Theory]
    [InlineData("abc\0def", "abc\0xyz")]
    [InlineData("abc\0", "abc")]
    [InlineData("\0", "\0\0")]
    public void Passphrases_that_differ_in_any_byte_do_not_match(string passphrase, string other)
    {
        var kept = Passphrase.New(Key, passphrase, Cheap);
        Assert.True(kept.Matches(Key, passphrase));
        Assert.False(kept.Matches(Key, other));
    }

    [Theory]
    [InlineData("é", "e\u0301")]
    [InlineData("\u212B", "A\u030A")]
    [InlineData("한", "\u1112\u1161\u11AB")]
    public void Spellings_of_the_same_letters_are_one_passphrase(string one, string other)
    {
        var (composed, decomposed) = (Passphrase.New(Key, one, Cheap), Passphrase.New(Key, other, Cheap));
        Assert.True(composed.Matches(Key, other));
        Assert.True(decomposed.Matches(Key, one));
        Assert.Equal(composed.Stretch(one).Bytes(), composed.Stretch(other).Bytes());
    }

    [Theory]
    [InlineData("ﬁ", "fi")]
    [InlineData("ſ", "s")]
    [InlineData("A", "a")]
    public void Letters_that_only_look_alike_are_different_passphrases(string one, string other) =>
        Assert.False(Passphrase.New(Key, one, Cheap).Matches(Key, other));

    [Fact]
    public void Passphrase_of_an_older_version_matches_as_typed_only()
    {
        var old = Passphrase.New(Key, "é", Cheap) with { IsNormalized = false };
        Assert.True(old.Matches(Key, "é"));
        Assert.False(old.Matches(Key, "e\u0301"));
        Assert.NotEqual(old.Stretch("é").Bytes(), old.Stretch("e\u0301").Bytes());
    }

    [Fact]
    public void Text_with_an_unpaired_surrogate_is_no_passphrase()
    {
        Assert.Throws<ArgumentException>(() => Passphrase.New(Key, "a\uD800", Cheap));
        Assert.False(Passphrase.New(Key, "a\uFFFD", Cheap).Matches(Key, "a\uD800"));
    }

    [Fact]
    public void Long_passphrases_that_differ_in_any_character_do_not_match()
    {
        var passphrase = new string('x', 128);
        var kept = Passphrase.New(Key, passphrase, Cheap);
        Assert.True(kept.Matches(Key, passphrase));
        for (var at = 0; at < passphrase.Length; at++)
            Assert.False(kept.Matches(Key, $"{passphrase[..at]}y{passphrase[(at + 1)..]}"), $"character {at}");
        Assert.False(kept.Matches(Key, passphrase[1..]));
    }

    [Fact]
    public void Verifier_cannot_be_guessed_against_without_the_secret_key()
    {
        var kept = Passphrase.New(Key, "correct horse", Cheap);
        Assert.False(kept.Matches(SecretKey.New(), "correct horse"));
        Assert.False(BCrypt.Net.BCrypt.Verify("correct horse", kept.Verifier));
    }

    [Theory]
    [InlineData(1, "867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252" +
        "c02d470a285a0501bad999bfe943c08f050235d7d68b1da55e63f73b60a57fce")]
    [InlineData(4096, "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5" +
        "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5")]
    public void Stretching_is_PBKDF2_HMAC_SHA512(int iterations, string expected) =>
        // Inputs of RFC 6070. The results for SHA-512 are commonly published.
        Assert.Equal(
            expected, Convert.ToHexStringLower(new Passphrase("", iterations, "salt"u8.ToArray(), true).Stretch("password").Bytes()));
}

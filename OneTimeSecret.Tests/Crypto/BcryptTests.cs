using System.Security.Cryptography;
using System.Text;

namespace OneTimeSecret.Tests.Crypto;

/// <summary>The bcrypt library reproduces published hashes, and the hashes of libxcrypt for random inputs.</summary>
/// <remarks>
/// The library hashes the UTF-8 of a text, so the tests cannot reach bytes that do not occur in UTF-8. The product hashes only the 44
/// ASCII characters of a base64 HMAC.
/// </remarks>
public sealed class BcryptTests
{
    // Published by Openwall (crypt_blowfish), jBCrypt, pyca/bcrypt and passlib. The last two of $2a$: over 72 bytes, and not ASCII.
    [Theory]
    [InlineData("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy")]
    [InlineData("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")]
    [InlineData("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK")]
    [InlineData("U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a")]
    [InlineData("a", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")]
    [InlineData("abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i")]
    [InlineData("abcdefghijklmnopqrstuvwxyz", "$2a$06$.rCVZVOThsIa97pEDOxvGuRRgzG64bvtJ0938xuqzv18d3ZpQhstC")]
    [InlineData("~!@#$%^&*()      ~!@#$%^&*()PNBFRD", "$2a$06$fPIsBO8qRqkjj273rfaOI.HtSV9jLDpTbZn782DC6/t7qT67P6FfO")]
    [InlineData("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored",
        "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui")]
    [InlineData("táБℓə", "$2a$05$Z17AXnnlpzddNUvnC6cZNOSwMA/8oNiKnHTHTwLlBijfucQQlHjaG")]
    [InlineData("táБℓə", "$2b$05$Z17AXnnlpzddNUvnC6cZNOSwMA/8oNiKnHTHTwLlBijfucQQlHjaG")]
    [InlineData("Kk4DQuMMfZL9o", "$2b$04$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm")]
    public void Published_bcrypt_hashes_are_reproduced(string text, string hash)
    {
        Assert.Equal(hash, BCrypt.Net.BCrypt.HashPassword(text, hash[..29]));
        Assert.True(BCrypt.Net.BCrypt.Verify(text, hash));
        Assert.False(BCrypt.Net.BCrypt.Verify("x" + text, hash));
    }

    [Fact]
    public void Bcrypt_hashes_of_2000_random_texts_equal_those_of_libxcrypt()
    {
        Assert.SkipUnless(LibXcrypt.IsHere, LibXcrypt.Missing);
        var seen = new HashSet<byte>();
        for (var i = 0; i < 2000; i++)
        {
            var text = RandomText(bytes: i % 81);
            seen.UnionWith(Encoding.UTF8.GetBytes(text));
            var salt = BCrypt.Net.BCrypt.GenerateSalt(4, 'b');
            Assert.Equal(LibXcrypt.Hash(text, salt), BCrypt.Net.BCrypt.HashPassword(text, salt));
        }
        // All bytes that occur in UTF-8, except NUL, at which crypt(3) stops.
        Assert.Equal(Enumerable.Range(0x01, 0xBF).Concat(Enumerable.Range(0xC2, 0x33)), seen.Select(one => (int)one).Order());
    }

    /// <summary>Text of this length in UTF-8. Characters of one to four bytes are equally probable where they fit.</summary>
    private static string RandomText(int bytes)
    {
        (int First, int End)[] ranges = [(0x01, 0x80), (0x80, 0x800), (0x800, 0x10000), (0x10000, 0x110000)];
        var text = new StringBuilder();
        while (bytes > 0)
        {
            var length = RandomNumberGenerator.GetInt32(Math.Min(bytes, 4)) + 1;
            var (first, end) = ranges[length - 1];
            if (!Rune.TryCreate(RandomNumberGenerator.GetInt32(first, end), out var rune))
                continue; // half a surrogate pair
            text.Append(rune.ToString());
            bytes -= length;
        }
        return text.ToString();
    }
}

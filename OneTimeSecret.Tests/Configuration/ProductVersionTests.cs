using OneTimeSecret.Web.Configuration;

namespace OneTimeSecret.Tests.Configuration;

public sealed class ProductVersionTests
{
    [Theory]
    [InlineData("0.2.0+0123456789abcdef0123456789abcdef01234567", "0.2.0+01234567")]
    [InlineData("0.2.0+0123", "0.2.0+0123")]
    [InlineData("0.2.0", "0.2.0")]
    [InlineData("", "")]
    public void Commit_is_shortened_to_eight_digits(string version, string expected) =>
        Assert.Equal(expected, ProductVersion.Shorten(version));

    [Fact]
    public void Version_is_the_one_of_the_build() => Assert.Matches(@"^\d+\.\d+\.\d+(\+[0-9a-f]{8})?$", ProductVersion.Text);
}

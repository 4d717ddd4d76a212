using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Signing in never redirects to another site.</summary>
public sealed class ReturnPathTests
{
    private const string Here = "https://secrets.example.com";

    [Theory]
    [InlineData("https://evil.example/"), InlineData("//evil.example/"), InlineData("/\\evil.example/"), InlineData("\\\\evil.example/")]
    [InlineData("/\t/evil.example/"), InlineData("/\n/evil.example"), InlineData("\t//evil.example"), InlineData(" //evil.example")]
    [InlineData("javascript:alert(1)"), InlineData("evil.example"), InlineData("http:evil.example"), InlineData("///evil.example")]
    [InlineData(""), InlineData(null), InlineData("?x"), InlineData("/a\r\nSet-Cookie: x=y"), InlineData("/é"), InlineData("/a b")]
    public void Other_sites_and_malformed_paths_are_replaced_by_the_default_page(string? asked) =>
        Assert.Equal("/usual", ReturnPath.Of(asked, "/usual"));

    [Theory, InlineData("/"), InlineData("/recent?state=new&q=a%40b.c"), InlineData("/account/security"), InlineData("/x//y")]
    public void Paths_of_this_server_are_kept(string asked) => Assert.Equal(asked, ReturnPath.Of(asked, "/usual"));

    /// <summary>Reads the path as the URL standard does: tabs and line breaks are dropped, and backslashes count as slashes.</summary>
    [Property(Arbitrary = [typeof(Addresses)], MaxTest = 5000)]
    public bool Return_path_never_leads_a_browser_to_another_site(string asked)
    {
        var path = ReturnPath.Of(asked, "/usual");
        var read = string.Concat(path.Where(c => c is not ('\t' or '\n' or '\r'))).Trim().Replace('\\', '/');
        return Here.Equals(new Uri(new Uri(Here), read).GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            && path.All(c => c is > ' ' and < '\x7f');
    }

    private static class Addresses
    {
        private static readonly string[] Parts =
        [
            "/", "//", "\\", "http:", "https:", "javascript:", "evil.example", "@", "?", "#", ".", "..", "\t", "\n", " ", "%2f", "%5c", ":",
            "a", "é", "\0",
        ];

        public static Arbitrary<string> Address() => Gen.OneOf(
            Gen.Elements(Parts).ListOf().Select(string.Concat),
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? "")).ToArbitrary();
    }
}

using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class UrlEncodedFieldsTests
{
    [Theory]
    [InlineData("secret=a+b", "a b")]
    [InlineData("secret=a%2Bb", "a+b")]
    [InlineData("secret=a=b", "a=b")]
    [InlineData("secret=a;b", "a;b")]
    [InlineData("secret=%00%0d%0A", "\0\r\n")]
    [InlineData("secret=%F0%9F%94%91", "🔑")]
    [InlineData("secret=%25%32%35", "%25")]
    [InlineData("secret=", "")]
    [InlineData("secret", "")]
    [InlineData("s%65cret=a", "a")]
    [InlineData("&&x=1&&secret=a&", "a")]
    [InlineData("secret=a%26b%3Dc", "a&b=c")]
    public async Task Text_is_decoded_once(string encoded, string expected)
    {
        using var ofBody = await Sent.Parsed(encoded, Sent.Form);
        Assert.Equal(expected, ofBody.Text("secret"));

        using var ofQuery = await Sent.Parsed([], contentType: null, query: "?" + encoded);
        Assert.Equal(expected, ofQuery.Text("secret"));
    }

    [Fact]
    public async Task Empty_pieces_between_ampersands_do_not_count_as_fields()
    {
        using var parameters = await Sent.Parsed(new string('&', 1000) + "secret=a", Sent.Form);
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Fact]
    public async Task Raw_UTF8_in_a_form_is_accepted_unchanged()
    {
        using var parameters = await Sent.Parsed("secret=naïve 🔑\r\n\0", Sent.Form);
        Assert.Equal("naïve 🔑\r\n\0", parameters.Text("secret"));
    }

    [Theory]
    [InlineData("secret=%")]
    [InlineData("secret=%4")]
    [InlineData("secret=%zz")]
    [InlineData("secret=%4g")]
    [InlineData("secret=% 4")]
    [InlineData("secret=100%&x=1")]
    [InlineData("sec%ret=a")]
    [InlineData("unknown=%zz&secret=a")]
    public async Task An_invalid_or_incomplete_percent_escape_is_refused(string encoded)
    {
        Assert.Equal(UrlEncodedFields.BadEscape, await Sent.Refused(encoded, Sent.Form));
        Assert.Equal(UrlEncodedFields.BadEscape, await Sent.Refused("", contentType: null, query: "?" + encoded));
    }

    [Theory]
    [InlineData("secret=%FF")]
    [InlineData("secret=%C3")]
    [InlineData("secret=%ED%A0%80")]
    [InlineData("secret=%C0%80")]
    [InlineData("unknown=%FF&secret=a")]
    [InlineData("%FF=a")]
    public async Task Invalid_utf8_is_refused(string encoded)
    {
        Assert.Equal(Fields.NotUtf8, await Sent.Refused(encoded, Sent.Form));
        Assert.Equal(Fields.NotUtf8, await Sent.Refused("", contentType: null, query: "?" + encoded));
    }

    [Fact]
    public async Task A_raw_invalid_byte_is_refused() =>
        Assert.Equal(Fields.NotUtf8, await Sent.Refused("secret=\xFF", Sent.Form));

    [Fact]
    public async Task A_query_that_is_not_percent_encoded_is_refused() =>
        Assert.Equal(ParameterReader.RawQuery, await Sent.Refused("", contentType: null, query: "?secret=é"));
}

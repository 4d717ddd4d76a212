using System.Text;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class ParameterReaderTests
{
    [Theory]
    [InlineData("application/json")]
    [InlineData("Application/JSON; charset=UTF-8")]
    [InlineData("application/json; charset=\"utf-8\"")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("text/json")]
    [InlineData("application/vnd.ots.v1+json")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream; charset=utf-8")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData(null)]
    public async Task JSON_is_recognised_by_its_content_type_or_its_first_character(string? contentType)
    {
        using var parameters = await Sent.Parsed("\uFEFF \r\n{\"secret\":\"a\"}", contentType);
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED;charset=utf-8")]
    [InlineData("text/plain")]
    [InlineData("multipart/mixed; boundary=x")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_form_is_recognised_by_its_content_type_or_its_beginning(string? contentType)
    {
        using var parameters = await Sent.Parsed("character_sets[numbers]=true&recipient%5B%5D=x&secret=a+b", contentType);
        Assert.Equal("a b", parameters.Text("secret"));
    }

    [Fact]
    public async Task A_form_without_a_content_type_may_begin_with_a_percent_encoded_name()
    {
        using var parameters = await Sent.Parsed("recipient%5B%5D=x", contentType: null);
        Assert.Equal("x", Assert.Single(parameters.List("recipient")));
    }

    [Theory]
    [InlineData("hello", "text/plain")]
    [InlineData("hello", null)]
    [InlineData("=hello", null)]
    [InlineData("hello world=1", null)]
    [InlineData(" secret=a", null)]
    [InlineData("[\"secret\"]", null)]
    [InlineData("<secret>a</secret>", "application/xml")]
    [InlineData("--frontier\r\n\r\n", null)]
    public async Task A_body_that_looks_like_neither_a_JSON_object_nor_a_form_is_refused(string body, string? contentType) =>
        Assert.Equal(ParameterReader.UnknownEncoding, await Sent.Refused(body, contentType));

    [Theory]
    [InlineData("secret=%C3%A9", "application/x-www-form-urlencoded; charset=ISO-8859-1")]
    [InlineData("secret=%c3%a9&ttl=60", "application/x-www-form-urlencoded;charset=\"windows-1252\"")]
    [InlineData("{\"secret\":\"\\u00e9\"}", "application/json; charset=us-ascii")]
    [InlineData("{\"secret\":\"\\u00E9\"}", "text/plain; charset=latin1")]
    [InlineData("{\"secret\":\"\\u00e9\"}", "application/json; charset=nobody-knows")]
    [InlineData("{\"secret\":\"\u00e9\"}", "application/json; charset=")]
    [InlineData("{\"secret\":\"\u00e9\"}", "application/json; charset=\"\"")]
    [InlineData("{\"secret\":\"\u00e9\"}", "application/json; charset=\"UTF8\"")]
    public async Task A_body_is_read_if_its_charset_is_UTF8_or_empty_or_all_its_bytes_are_ASCII(string body, string contentType)
    {
        using var parameters = await Sent.Parsed(body, contentType);
        Assert.Equal("\u00e9", parameters.Text("secret"));
    }

    [Fact]
    public async Task A_multipart_body_with_another_charset_is_read_if_all_its_bytes_are_ASCII()
    {
        const string Body = "--x\r\nContent-Disposition: form-data; name=secret\r\n\r\na+%\r\n--x--";
        using var parameters = await Sent.Parsed(Body, "multipart/form-data; charset=latin1; boundary=x");
        Assert.Equal("a+%", parameters.Text("secret"));
    }

    /// <summary>The bytes are Latin-1, or UTF-8 with a wrong label. The server cannot know which of them was meant.</summary>
    [Theory]
    [InlineData("secret=\xE9", "application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData("secret=\xC3\xA9", "application/x-www-form-urlencoded; charset=iso-8859-1")]
    [InlineData("{\"secret\":\"\xC3\xA9\"}", "application/json; charset=us-ascii")]
    [InlineData("--x\xE9--", "multipart/form-data; boundary=x; charset=latin1")]
    public async Task A_charset_other_than_UTF8_is_refused_if_a_byte_is_not_ASCII(string body, string contentType) =>
        Assert.Equal(ParameterReader.UnknownCharset, await Sent.Refused(body, contentType));

    /// <summary>Encodings in which ASCII bytes may stand for other characters.</summary>
    [Theory]
    [InlineData("utf-16")]
    [InlineData("UTF-16LE")]
    [InlineData("\"utf-32\"")]
    [InlineData("utf-7")]
    [InlineData("iso-2022-jp")]
    [InlineData("hz-gb-2312")]
    [InlineData("iso-10646-ucs-2")]
    public async Task A_charset_that_does_not_contain_ASCII_is_refused_for_any_bytes(string charset) =>
        Assert.Equal(ParameterReader.UnknownCharset, await Sent.Refused("{\"secret\":\"+AOk-\"}", $"application/json; charset={charset}"));

    /// <summary>Percent-encoded bytes must be UTF-8 too. The charset of the content type does not apply to them.</summary>
    [Fact]
    public async Task Percent_encoded_bytes_must_be_UTF8_whatever_the_charset() =>
        Assert.Equal(Fields.NotUtf8, await Sent.Refused("secret=%E9", "application/x-www-form-urlencoded; charset=iso-8859-1"));

    [Theory]
    [InlineData("{\"secret\":\"a\"}", Sent.Form)]
    [InlineData("secret=a", Sent.Json)]
    [InlineData("secret=a", "text/json")]
    [InlineData("secret=a", "application/vnd.ots.v1+json")]
    [InlineData("secret=a", Sent.Multipart)]
    public async Task A_known_content_type_decides_even_if_the_body_looks_different(string body, string contentType)
    {
        var reading = await Sent.Read(Encoding.UTF8.GetBytes(body), contentType);
        Assert.Null((reading as ParameterReading.Parsed)?.Parameters.Text("secret"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Sent.Form)]
    [InlineData(Sent.Json)]
    [InlineData(Sent.Multipart)]
    [InlineData("multipart/form-data")]
    [InlineData("application/xml; charset=latin1")]
    public async Task An_empty_body_is_accepted_with_any_content_type(string? contentType)
    {
        using var parameters = await Sent.Parsed("", contentType, "?secret=a");
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Fact]
    public async Task Unknown_parameters_are_ignored()
    {
        using var parameters = await Sent.Parsed("unknown=1&also[x][y]=2&secret=a&[]=3", Sent.Form, "?also=4");
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Theory]
    [InlineData("?secret[]=a")]
    [InlineData("?secret[x]=a")]
    [InlineData("?passphrase[")]
    [InlineData("?recipient[0]=a")]
    [InlineData("?character_sets[a][b]=true")]
    public async Task A_structure_that_its_parameter_does_not_allow_is_refused_in_query_and_form(string query)
    {
        Assert.Equal(Fields.NotAllowed, await Sent.Refused("", contentType: null, query));
        Assert.Equal(Fields.NotAllowed, await Sent.Refused(query[1..], Sent.Form));
    }

    [Fact]
    public async Task A_malformed_query_is_refused_even_if_the_body_overrides_it() =>
        Assert.Equal(Fields.NotUtf8, await Sent.Refused("secret=a", Sent.Form, "?secret=%FF"));

    [Theory]
    [InlineData("secret=12345", 12, typeof(ParameterReading.Parsed))]
    [InlineData("secret=12345", 11, typeof(ParameterReading.TooLarge))]
    [InlineData("%%%%%%%%%%%%", 11, typeof(ParameterReading.TooLarge))]
    [InlineData("", 0, typeof(ParameterReading.Parsed))]
    public async Task A_body_beyond_the_limit_is_too_large(string body, int limit, Type outcome) =>
        Assert.IsType(outcome, await Sent.Read(Encoding.UTF8.GetBytes(body), Sent.Form, limit: limit));

    [Fact]
    public async Task A_body_whose_Content_Length_exceeds_the_limit_is_not_read()
    {
        var body = new SlowStream(new byte[10]);
        var request = Sent.Request(body, Sent.Form);
        request.ContentLength = 101;

        Assert.IsType<ParameterReading.TooLarge>(await ParameterReader.ReadAsync(request, 100, TestContext.Current.CancellationToken));

        Assert.Equal(0, body.Taken);
    }

    [Fact]
    public async Task A_body_that_arrives_byte_by_byte_is_read_to_its_end()
    {
        var text = new string('é', 5000);
        var request = Sent.Request(new SlowStream(Encoding.UTF8.GetBytes($"{{\"secret\":\"{text}\"}}")), Sent.Json);

        var reading = await ParameterReader.ReadAsync(request, 20_000, TestContext.Current.CancellationToken);

        using var parameters = Assert.IsType<ParameterReading.Parsed>(reading).Parameters;
        Assert.Equal(text, parameters.Text("secret"));
    }

    [Fact]
    public async Task A_body_that_breaks_off_throws_an_IOException()
    {
        var request = Sent.Request(new SlowStream(Sent.Bytes("secret=whole"), breakAfter: 9), Sent.Form);
        await Assert.ThrowsAsync<IOException>(() => ParameterReader.ReadAsync(request, 100, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_cancelled_read_throws()
    {
        var request = Sent.Request(new SlowStream(Sent.Bytes("secret=a")), Sent.Form);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ParameterReader.ReadAsync(request, 100, new CancellationToken(canceled: true)));
    }
}

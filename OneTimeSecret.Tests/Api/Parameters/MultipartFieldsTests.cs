using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class MultipartFieldsTests
{
    private const string Secret = "Content-Disposition: form-data; name=\"secret\"";

    private static string Part(string headers, string content) => $"--frontier\r\n{headers}\r\n\r\n{content}\r\n";

    private static string Body(string headers, string content) => Part(headers, content) + "--frontier--\r\n";

    [Theory]
    [InlineData("a")]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("\r\n\r\n--")]
    [InlineData("\r\n--frontie")]
    [InlineData("--frontier")]
    [InlineData("a\n--frontier--\n")]
    [InlineData("\0 \t\0")]
    [InlineData("%FF+&=")]
    public async Task The_content_of_a_part_is_read_byte_for_byte(string content)
    {
        using var parameters = await Sent.Parsed(Body(Secret, content), Sent.Multipart);
        Assert.Equal(content, parameters.Text("secret"));
    }

    [Theory]
    [InlineData("; filename=\"notes.txt\"\r\nContent-Type: text/plain")]
    [InlineData("; filename=\"a;name=\\\"other\\\".txt\"\r\nContent-Type: application/octet-stream")]
    [InlineData("; filename=\"Gr\u00F6\u00DFe.txt\"")]
    [InlineData("; filename*=UTF-8''Gr%C3%B6%C3%9Fe.txt")]
    [InlineData("\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit")]
    [InlineData("\r\nCONTENT-TRANSFER-ENCODING: BINARY\r\nX-Other: 1")]
    public async Task A_part_with_a_file_name_or_other_headers_is_read_as_text(string more)
    {
        using var latin1 = await Sent.Parsed(Sent.Bytes(Body(Secret + more, "a")), Sent.Multipart);
        Assert.Equal("a", latin1.Text("secret"));

        using var utf8 = await Sent.Parsed(Body(Secret + more, "a"), Sent.Multipart);
        Assert.Equal("a", utf8.Text("secret"));
    }

    [Theory]
    [InlineData("form-data; name=secret", "secret")]
    [InlineData("FORM-DATA;name=\"secret\"", "secret")]
    [InlineData("form-data; filename=x; name=\"secret\"", "secret")]
    [InlineData("form-data; name=\"a\\\"\\\\b\"", "a\"\\b")]
    [InlineData("form-data; name=\"clé\"", "clé")]
    public async Task The_name_of_a_part_may_be_quoted_and_escaped(string disposition, string name)
    {
        using var parameters = await Sent.Parsed(Body("content-disposition: " + disposition, "a"), Sent.Multipart);
        Assert.Equal("a", parameters.Text(name));
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=frontier")]
    [InlineData("multipart/form-data; boundary=\"frontier\"")]
    [InlineData("Multipart/Form-Data; charset=utf-8; boundary=\"front\\ier\"")]
    public async Task The_boundary_may_be_quoted(string contentType)
    {
        using var parameters = await Sent.Parsed(Body(Secret, "a"), contentType);
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("preamble\r\n", "\r\nepilogue")]
    [InlineData("\r\n", " \t\r\n--frontier\r\n")]
    public async Task Preamble_and_epilogue_are_ignored(string preamble, string epilogue)
    {
        using var parameters = await Sent.Parsed(preamble + Part(Secret, "a") + "--frontier--" + epilogue, Sent.Multipart);
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Fact]
    public async Task White_space_after_a_boundary_is_ignored()
    {
        using var parameters = await Sent.Parsed($"--frontier \t\r\n{Secret}\r\n\r\na\r\n--frontier--", Sent.Multipart);
        Assert.Equal("a", parameters.Text("secret"));
    }

    [Fact]
    public async Task A_body_without_parts_has_no_parameters()
    {
        using var parameters = await Sent.Parsed("--frontier--\r\n", Sent.Multipart);
        Assert.Null(parameters.Text("secret"));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("--frontier")]
    [InlineData("--frontier\r\n" + Secret + "\r\n\r\na")]
    [InlineData("--frontier\r\n" + Secret + "\r\n\r\na\r\n--frontier")]
    [InlineData("--frontier\r\n" + Secret + "\r\n\r\na\r\n--frontier-")]
    [InlineData("--frontier\r\n" + Secret + "\r\n\r\na\r\n--frontiers--\r\n")]
    [InlineData("--frontier\n" + Secret + "\n\na\n--frontier--\n")]
    public async Task A_body_with_a_missing_or_incomplete_boundary_is_refused(string body) =>
        Assert.Equal(MultipartFields.BadParts, await Sent.Refused(body, Sent.Multipart));

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type: text/plain")]
    [InlineData("Content-Disposition: form-data")]
    [InlineData("Content-Disposition: attachment; name=secret")]
    [InlineData("Content-Disposition: form-data; name=\"secret")]
    [InlineData("Content-Disposition form-data")]
    [InlineData(": x\r\n" + Secret)]
    [InlineData(Secret + "\r\n" + Secret)]
    [InlineData("Content-Disposition: form-data;\r\n name=\"secret\"")]
    public async Task A_part_without_a_valid_name_is_refused(string headers) =>
        Assert.Equal(MultipartFields.BadHeaders, await Sent.Refused(Body(headers, "a"), Sent.Multipart));

    [Theory]
    [InlineData("base64")]
    [InlineData("Quoted-Printable")]
    public async Task Base64_and_quoted_printable_parts_are_refused(string encoding) =>
        Assert.Equal(
            MultipartFields.BadTransferEncoding,
            await Sent.Refused(Body($"{Secret}\r\nContent-Transfer-Encoding: {encoding}", "YQ=="), Sent.Multipart));

    [Fact]
    public async Task The_headers_of_a_part_are_bounded()
    {
        var most = $"{Secret}\r\nX: ";
        most += new string('x', MultipartFields.MaxHeaderLength - most.Length);

        using var parameters = await Sent.Parsed(Body(most, "a"), Sent.Multipart);

        Assert.Equal("a", parameters.Text("secret"));
        Assert.Equal(MultipartFields.BadHeaders, await Sent.Refused(Body(most + "x", "a"), Sent.Multipart));
    }

    [Fact]
    public async Task The_number_of_parts_is_bounded()
    {
        var parts = string.Concat(Enumerable.Repeat(Part(Secret, "a"), Fields.MaxCount + 1));
        Assert.Equal(Fields.TooMany, await Sent.Refused(parts + "--frontier--", Sent.Multipart));
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"\"")]
    [InlineData("multipart/form-data; boundary=\"frönt\"")]
    [InlineData("multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901")]
    public async Task A_content_type_with_a_missing_or_invalid_boundary_is_refused(string contentType) =>
        Assert.Equal(MultipartFields.BadBoundary, await Sent.Refused(Body(Secret, "a"), contentType));

    [Fact]
    public async Task Invalid_utf8_is_refused_even_in_an_unknown_file() =>
        Assert.Equal(
            Fields.NotUtf8,
            await Sent.Refused(
                Part(Secret, "a") + Body("Content-Disposition: form-data; name=other; filename=x", "\xFF"), Sent.Multipart));
}

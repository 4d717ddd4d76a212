using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class JsonFieldsTests
{
    [Theory]
    [InlineData("""{"secret":"a"}""", "a")]
    [InlineData("""{"secret":""}""", "")]
    [InlineData("""{"secret":"\u0000\r\n\"\\\/"}""", "\0\r\n\"\\/")]
    [InlineData("""{"secret":"\ud83d\udd11 🔑"}""", "🔑 🔑")]
    [InlineData("""{"\u0073ecret":"a"}""", "a")]
    [InlineData("""{"secret":1.50e+2}""", "1.50e+2")]
    [InlineData("""{"secret":-0}""", "-0")]
    [InlineData("""{"secret":true}""", "true")]
    [InlineData("""{"secret":false}""", "false")]
    [InlineData("""{"secret":null}""", null)]
    [InlineData("""{"Secret":"a"}""", null)]
    [InlineData("{}", null)]
    [InlineData(" \r\n\t{ \"secret\" : \"a\" }\n", "a")]
    [InlineData("\uFEFF{\"secret\":\"a\"}", "a")]
    [InlineData("""{"secret":"first","secret":"second"}""", "first")]
    [InlineData("""{"other":{"deep":[{"deeper":[null,1,{}]}]},"secret":"a"}""", "a")]
    public async Task Scalars_are_read_as_their_literal_text(string json, string? expected)
    {
        using var parameters = await Sent.Parsed(json, Sent.Json);
        Assert.Equal(expected, parameters.Text("secret"));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"x\"]")]
    [InlineData("[{}]")]
    [InlineData("{}")]
    [InlineData("{\"x\":\"y\"}")]
    public async Task A_list_or_an_object_in_place_of_a_single_value_is_refused(string structure)
    {
        foreach (var name in new[] { "secret", "passphrase", "ttl", "share_domain", "length" })
            Assert.Equal(Fields.NotAllowed, await Sent.Refused($"{{\"{name}\":{structure}}}", Sent.Json));
    }

    [Theory]
    [InlineData("""{"recipient":{}}""")]
    [InlineData("""{"recipient":{"a":"b"}}""")]
    [InlineData("""{"recipient":["a",["b"]]}""")]
    [InlineData("""{"recipient":["a",{}]}""")]
    [InlineData("""{"character_sets":{"numbers":[]}}""")]
    [InlineData("""{"character_sets":{"numbers":{"x":true}}}""")]
    [InlineData("""{"character_sets":[["numbers"]]}""")]
    public async Task A_structure_that_its_parameter_does_not_allow_is_refused(string json) =>
        Assert.Equal(Fields.NotAllowed, await Sent.Refused(json, Sent.Json));

    [Theory]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("\"secret\"")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{\"secret\":\"a\"")]
    [InlineData("{\"secret\":}")]
    [InlineData("{\"secret\":\"a\",}")]
    [InlineData("{'secret':'a'}")]
    [InlineData("{\"secret\":\"a\"} x")]
    [InlineData("{\"secret\":\"a\"}{}")]
    [InlineData("{\"secret\":\"a\"}\0")]
    [InlineData("{/* */\"secret\":\"a\"}")]
    [InlineData("{\"secret\":\"a\nb\"}")]
    [InlineData("{\"secret\":\"\\x\"}")]
    [InlineData("{\"secret\":01}")]
    [InlineData("{\"secret\":NaN}")]
    public async Task A_body_that_is_not_exactly_one_valid_JSON_object_is_refused(string json) =>
        Assert.Equal(JsonFields.NotAnObject, await Sent.Refused(json, Sent.Json));

    [Theory]
    [InlineData("""{"secret":"\ud800"}""")]
    [InlineData("""{"secret":"\udc00"}""")]
    [InlineData("""{"secret":"\ud800\ud800"}""")]
    [InlineData("""{"secret":"\ud800x"}""")]
    [InlineData("""{"\ud800":"a"}""")]
    [InlineData("""{"unknown":[{"x":"\ud800"}],"secret":"a"}""")]
    public async Task An_unpaired_surrogate_is_refused(string json) =>
        Assert.Equal(JsonFields.NotAnObject, await Sent.Refused(json, Sent.Json));

    [Theory]
    [InlineData("{\"secret\":\"\xFF\"}")]
    [InlineData("{\"secret\":\"\xC3\"}")]
    [InlineData("{\"unknown\":[\"\xFF\"]}")]
    [InlineData("{\"\xFF\":1}")]
    public async Task Invalid_utf8_is_refused(string json) =>
        Assert.Equal(Fields.NotUtf8, await Sent.Refused(json, Sent.Json));

    [Fact]
    public async Task Depth_is_bounded()
    {
        static string Nest(int depth) => $"{{\"x\":{new string('[', depth - 1)}{new string(']', depth - 1)}}}";

        using var deepest = await Sent.Parsed(Nest(JsonFields.MaxDepth), Sent.Json);
        Assert.Equal(JsonFields.NotAnObject, await Sent.Refused(Nest(JsonFields.MaxDepth + 1), Sent.Json));
    }

    [Theory]
    [InlineData("[", "1", "]")]
    [InlineData("[", "[]", "]")]
    [InlineData("[", "{}", "]")]
    public async Task The_number_of_values_is_bounded(string open, string value, string close)
    {
        var many = string.Join(',', Enumerable.Repeat(value, Fields.MaxCount + 1));
        Assert.Equal(Fields.TooMany, await Sent.Refused($"{{\"x\":{open}{many}{close}}}", Sent.Json));
    }
}

namespace OneTimeSecret.Tests.Api.Parameters;

public sealed class RequestParametersTests
{
    private static string Multipart(params (string Name, string Value)[] fields) => string.Concat(fields.Select(Part)) + "--frontier--\r\n";

    private static string Part((string Name, string Value) field) =>
        $"--frontier\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n";

    [Fact]
    public async Task The_first_value_of_a_repeated_scalar_counts()
    {
        using var form = await Sent.Parsed("secret=&secret=b", Sent.Form);
        Assert.Equal("", form.Text("secret"));

        using var multipart = await Sent.Parsed(Multipart(("secret", "a"), ("secret", "b")), Sent.Multipart);
        Assert.Equal("a", multipart.Text("secret"));
    }

    [Fact]
    public async Task An_absent_parameter_is_null_and_an_empty_one_is_not()
    {
        using var parameters = await Sent.Parsed("passphrase=", Sent.Form);

        Assert.Null(parameters.Bytes("secret"));
        Assert.Null(parameters.Text("secret"));
        Assert.Null(parameters.Flags("character_sets"));
        Assert.Empty(parameters.List("recipient"));
        Assert.Equal("", parameters.Text("passphrase"));
        Assert.Equal(0, parameters.Bytes("passphrase")!.Value.Length);
    }

    [Theory]
    [InlineData("recipient=a&recipient=b", Sent.Form)]
    [InlineData("recipient[]=a&recipient[]=b", Sent.Form)]
    [InlineData("recipient%5B%5D=a&recipient=b", Sent.Form)]
    [InlineData("""{"recipient":["a","b"]}""", Sent.Json)]
    [InlineData("""{"recipient":["a",null,"b"]}""", Sent.Json)]
    [InlineData("""{"recipient[]":"a","recipient":"b"}""", Sent.Json)]
    public async Task A_list_may_be_written_in_several_ways(string body, string contentType)
    {
        using var parameters = await Sent.Parsed(body, contentType);
        Assert.Equal(["a", "b"], parameters.List("recipient"));
    }

    [Fact]
    public async Task A_list_may_also_be_multipart_or_in_the_query()
    {
        using var multipart = await Sent.Parsed(Multipart(("recipient[]", "a"), ("recipient", "b")), Sent.Multipart);
        Assert.Equal(["a", "b"], multipart.List("recipient"));

        using var query = await Sent.Parsed("", contentType: null, query: "?recipient[]=a&recipient%5b%5d=b");
        Assert.Equal(["a", "b"], query.List("recipient"));
    }

    [Theory]
    [InlineData("character_sets[numbers]=true&character_sets[symbols]=false", Sent.Form)]
    [InlineData("character_sets[numbers]=on&character_sets[symbols]=0", Sent.Form)]
    [InlineData("character_sets%5Bnumbers%5D=1&character_sets%5Bsymbols%5D=", Sent.Form)]
    [InlineData("character_sets[numbers]=TRUE&character_sets[symbols]=no&character_sets[symbols]=true", Sent.Form)]
    [InlineData("""{"character_sets":{"numbers":true,"symbols":false}}""", Sent.Json)]
    [InlineData("""{"character_sets":{"numbers":1,"symbols":0,"uppercase":null}}""", Sent.Json)]
    [InlineData("""{"character_sets":{"numbers":"true","symbols":"false","numbers":false}}""", Sent.Json)]
    public async Task Flags_may_be_switched_on_and_off_one_by_one(string body, string contentType)
    {
        using var parameters = await Sent.Parsed(body, contentType);
        Assert.Equal(
            [KeyValuePair.Create("numbers", true), KeyValuePair.Create("symbols", false)],
            parameters.Flags("character_sets")!.OrderBy(flag => flag.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("character_sets=numbers,symbols", Sent.Form)]
    [InlineData("character_sets=,+numbers+,,symbols,", Sent.Form)]
    [InlineData("character_sets=numbers&character_sets[]=symbols", Sent.Form)]
    [InlineData("""{"character_sets":["numbers","symbols"]}""", Sent.Json)]
    [InlineData("""{"character_sets":"numbers,symbols"}""", Sent.Json)]
    public async Task Flags_may_be_given_as_a_list_of_names(string body, string contentType)
    {
        using var parameters = await Sent.Parsed(body, contentType);
        Assert.Equal(
            [KeyValuePair.Create("numbers", true), KeyValuePair.Create("symbols", true)],
            parameters.Flags("character_sets")!.OrderBy(flag => flag.Key, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("secret=body", Sent.Form)]
    [InlineData("""{"secret":"body"}""", Sent.Json)]
    [InlineData("--frontier\r\nContent-Disposition: form-data; name=secret\r\n\r\nbody\r\n--frontier--", Sent.Multipart)]
    public async Task The_body_wins_over_the_query(string body, string contentType)
    {
        using var parameters = await Sent.Parsed(body, contentType, "?secret=query&ttl=60");

        Assert.Equal("body", parameters.Text("secret"));
        Assert.Equal("60", parameters.Text("ttl"));
    }

    [Theory]
    [InlineData("recipient[]=a", Sent.Form, "?recipient=x&recipient[]=y", "a")]
    [InlineData("""{"recipient":["a"]}""", Sent.Json, "?recipient=x", "a")]
    [InlineData("""{"recipient":[]}""", Sent.Json, "?recipient=x", "")]
    [InlineData("""{"recipient":null}""", Sent.Json, "?recipient=x", "x")]
    public async Task A_list_in_the_body_replaces_the_whole_list_of_that_name_in_the_query(
        string body, string contentType, string query, string expected)
    {
        using var parameters = await Sent.Parsed(body, contentType, query);
        Assert.Equal(expected, string.Join(',', parameters.List("recipient")));
    }

    [Fact]
    public async Task Flags_of_the_body_do_not_mix_with_those_of_the_query()
    {
        using var parameters = await Sent.Parsed("character_sets[numbers]=true", Sent.Form, "?character_sets[symbols]=true");
        Assert.Equal("numbers", Assert.Single(parameters.Flags("character_sets")!).Key);
    }

    [Fact]
    public async Task Disposing_clears_the_values_of_body_and_query()
    {
        var parameters = await Sent.Parsed("secret=hush", Sent.Form, "?passphrase=hush");
        var secret = parameters.Bytes("secret")!.Value;
        var passphrase = parameters.Bytes("passphrase")!.Value;
        Assert.Equal("hush"u8, secret.Span);

        parameters.Dispose();

        Assert.Equal(new byte[4], secret.ToArray());
        Assert.Equal(new byte[4], passphrase.ToArray());
        Assert.Null(parameters.Bytes("secret"));
    }
}

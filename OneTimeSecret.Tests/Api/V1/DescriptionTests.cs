using System.Text.Json.Nodes;
using OneTimeSecret.Web.Api.V1;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>The OpenAPI document: every route, its parameters and credentials.</summary>
public sealed class DescriptionTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private JsonObject _document = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        using var answer = await _server.Http.Get("/openapi/v1.json");
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        _document = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_document_is_made_once_and_names_no_host()
    {
        var document = _server.Get<DescriptionDocument>();
        Assert.True((await document.Send()).FileContents.Equals((await document.Send()).FileContents)); // the same bytes in memory
        Assert.Equal("""[{"url":"/"}]""", _document["servers"]!.ToJsonString());
    }

    [Fact]
    public void Every_route_is_described_and_nothing_else()
    {
        var described = Operations().Select(o => $"{o.Method} {o.Path}").Order(StringComparer.Ordinal);
        string[] receipts = ["private", "metadata", "receipt"];
        string[] routes =
        [
            "get status", "head status", "get authcheck", "head authcheck", "post share", "post create", "post generate",
            "post secret/{key}",
            .. receipts.SelectMany(name => (string[])[$"get {name}/{{key}}", $"head {name}/{{key}}", $"post {name}/{{key}}",
                $"post {name}/{{key}}/burn", $"get {name}/recent", $"head {name}/recent"]),
        ];
        Assert.Equal(routes.Order(StringComparer.Ordinal), described);
    }

    [Theory]
    [InlineData("share", "secret passphrase ttl recipient share_domain")]
    [InlineData("create", "secret passphrase ttl recipient share_domain")]
    [InlineData("generate", "passphrase ttl recipient share_domain length character_sets")]
    [InlineData("secret/{key}", "passphrase")]
    [InlineData("private/{key}/burn", "passphrase")]
    public void Parameters_are_described_for_every_encoding(string path, string names)
    {
        var content = _document["paths"]!["/api/v1/" + path]!["post"]!["requestBody"]!["content"]!.AsObject();
        foreach (var type in (string[])["application/x-www-form-urlencoded", "multipart/form-data", "application/json"])
            Assert.Equal(names, string.Join(' ', content[type]!["schema"]!["properties"]!.AsObject().Select(property => property.Key)));
    }

    [Fact]
    public void Keys_are_described_as_parameters_of_the_path()
    {
        foreach (var (path, method, operation) in Operations().Where(o => o.Path.Contains("{key}", StringComparison.Ordinal)))
        {
            var parameter = operation["parameters"]?[0];
            Assert.Equal($"{method} {path} key path", $"{method} {path} {parameter?["name"]} {parameter?["in"]}");
        }
    }

    [Fact]
    public void Credentials_are_described_as_required_or_optional()
    {
        Assert.Equal("basic", (string?)_document["components"]!["securitySchemes"]!["basic"]!["scheme"]);
        foreach (var (path, method, operation) in Operations())
        {
            var demanded = path is "authcheck" || path.EndsWith("/recent", StringComparison.Ordinal);
            Assert.Equal(demanded ? """[{"basic":[]}]""" : """[{},{"basic":[]}]""", operation["security"]?.ToJsonString());
        }
    }

    [Fact]
    public void Receipts_are_described_with_the_names_and_types_of_the_wire()
    {
        var receipt = _document["components"]!["schemas"]!["ReceiptBody"]!["properties"]!;
        Assert.Equal("string", (string?)receipt["custid"]!["type"]);
        Assert.Equal("integer", (string?)receipt["metadata_ttl"]!["type"]);
        Assert.Equal("boolean", (string?)receipt["passphrase_required"]!["type"]);
        Assert.Equal("array", (string?)receipt["recipient"]!["type"]);
        Assert.NotNull(receipt["secret_identifier"]);
    }

    [Fact]
    public void A_revealed_value_is_described_as_text()
    {
        var revealed = _document["components"]!["schemas"]!["RevealBody"]!;
        Assert.Equal("""{"type":"string"}""", revealed["properties"]!["value"]!.ToJsonString());
        Assert.Contains("value", revealed["required"]!.AsArray().Select(name => (string?)name), StringComparer.Ordinal);
    }

    private IEnumerable<(string Path, string Method, JsonNode Operation)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key["/api/v1/".Length..], operation.Key, operation.Value!);
}

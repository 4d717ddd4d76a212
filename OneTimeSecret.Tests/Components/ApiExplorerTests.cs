using System.Net;
using System.Security.Cryptography;

namespace OneTimeSecret.Tests.Components;

public sealed class ApiExplorerTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_file_that_the_page_loads_is_served_by_this_server_with_its_content_type()
    {
        var page = await _server.Read("/docs/api/explorer");
        var styles = page.QuerySelectorAll("link[rel=stylesheet]").Select(link => (link.GetAttribute("href")!, "text/css"));
        var scripts = page.QuerySelectorAll("script").Select(script => (script.GetAttribute("src")!, "text/javascript"));
        foreach (var (address, type) in styles.Concat(scripts).Where(file => file.Item1.StartsWith('/')))
        {
            using var file = await _server.Http.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, type), (file.StatusCode, file.Content.Headers.ContentType?.MediaType));
        }
        Assert.Equal(2, page.QuerySelectorAll("main script").Length);
        Assert.Equal("", string.Concat(page.QuerySelectorAll("script").Select(script => script.TextContent)));
        Assert.Equal("/docs/api", page.QuerySelector(".links a")!.GetAttribute("href"));
        Assert.NotNull(page.QuerySelector("noscript"));
    }

    [Fact]
    public async Task The_explorer_has_the_content_security_policy_of_other_pages()
    {
        using var explorer = await _server.Http.GetAsync(new Uri("/docs/api/explorer", UriKind.Relative));
        using var reset = await _server.Http.GetAsync(new Uri("/reset", UriKind.Relative));
        Assert.Equal(
            Assert.Single(reset.Headers.GetValues("Content-Security-Policy")),
            Assert.Single(explorer.Headers.GetValues("Content-Security-Policy")));
    }

    [Theory]
    [InlineData("swagger-ui.css")]
    [InlineData("swagger-ui-bundle.js")]
    public async Task Files_are_equal_with_and_without_compression_and_are_cached_by_ETag(string name)
    {
        using var plain = await Ask(name, "Accept-Encoding", "identity");
        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var compressed = await Ask(name, "Accept-Encoding", "br, gzip");
        Assert.Equal(["gzip"], compressed.Content.Headers.ContentEncoding);
        Assert.InRange(compressed.Content.Headers.ContentLength!.Value, 1, 500_000);
        await using var unzipped = new System.IO.Compression.GZipStream(
            await compressed.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        Assert.Equal(await SHA256.HashDataAsync(await plain.Content.ReadAsStreamAsync()), await SHA256.HashDataAsync(unzipped));

        using var again = await Ask(name, "If-None-Match", plain.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Theory]
    [InlineData("index.html")]
    [InlineData("index.js")]
    [InlineData("oauth2-redirect.html")]
    public async Task No_other_file_of_the_package_is_served(string name)
    {
        using var answer = await Ask(name, "Accept", "*/*");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private Task<HttpResponseMessage> Ask(string name, string header, string value) => _server.Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, new Uri($"/docs/api/ui/{name}", UriKind.Relative)) { Headers = { { header, value } } });
}

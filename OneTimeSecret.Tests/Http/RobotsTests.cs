namespace OneTimeSecret.Tests.Http;

public sealed class RobotsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Robots_txt_disallows_all_pages_with_keys_or_accounts_and_the_console()
    {
        using var answer = await _server.Http.GetAsync(new Uri("/robots.txt", UriKind.Relative));
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("User-agent: *", lines[0]);
        Assert.Equal(
            "secret shared receipt private account admin",
            string.Join(' ', lines.Skip(1).Select(line => line["Disallow: /".Length..].TrimEnd('/'))));
    }

    [Theory]
    [InlineData("/docs/api", true)]
    [InlineData("/security", true)]
    [InlineData("/docs/api/explorer", false)]
    [InlineData("/reset", false)]
    public async Task Only_pages_without_keys_may_be_indexed(string path, bool listed)
    {
        using var answer = await _server.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(!listed, answer.Headers.Contains("X-Robots-Tag"));
    }
}

namespace OneTimeSecret.Tests.Http;

public sealed class CompressionTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("/docs/api", true)]
    [InlineData("/security", true)]
    [InlineData("/", false)]
    [InlineData("/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/receipt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/reset?email=owner@example.com&token=x", false)]
    [InlineData("/docs/api/explorer", false)]
    [InlineData("/api/v1/status", false)]
    public async Task Only_pages_without_secrets_and_caller_input_are_compressed(string path, bool compressed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");
        using var answer = await _server.Http.SendAsync(request);
        Assert.Equal(compressed ? 1 : 0, answer.Content.Headers.ContentEncoding.Count);
    }

    [Theory]
    [InlineData("/docs/api")]
    [InlineData("/security")]
    public async Task A_compressed_page_repeats_nothing_of_its_request(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{path}?q=chosen-by-a-caller", UriKind.Relative));
        request.Headers.Add("Cookie", "name=chosen-by-a-caller");
        request.Headers.Add("Referer", "https://chosen-by-a-caller.example.com");
        using var answer = await _server.Http.SendAsync(request);
        Assert.DoesNotContain("chosen-by-a-caller", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}

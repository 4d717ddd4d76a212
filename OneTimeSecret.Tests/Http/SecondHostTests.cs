using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>
/// A browser drops the cookies of an https address if it reads a page over http by another name. So such pages redirect to that address.
/// </summary>
public sealed class SecondHostTests : IAsyncLifetime
{
    private const string Public = "https://secrets.example.com:8443";
    private const string Second = "Second.example.org:81";

    private readonly CapturedLog _log = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(
        null, _log.Attach, $"--Site:PublicUrl={Public}", "--Site:AllowedHosts=*.example.org", "--Site:TrustedProxies=127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Theory, InlineData("GET"), InlineData("HEAD")]
    public async Task Page_over_http_on_a_second_host_redirects_to_its_public_address_and_its_key_is_not_logged(string method)
    {
        var (key, _) = await _server.Share("the value");
        var answer = await Ask($"{method} /secret/{key}?wrong=%2F%0D%0Atrue");
        Assert.StartsWith("HTTP/1.1 307 ", answer, Ordinal);
        Assert.Contains($"\r\nLocation: {Public}/secret/{key}?wrong=%2F%0D%0Atrue\r\n", answer, Ordinal);
        Assert.Contains("\r\nCache-Control: no-store\r\n", answer, Ordinal);
        Assert.Contains("\r\nReferrer-Policy: no-referrer\r\n", answer, Ordinal);
        Assert.DoesNotContain("Set-Cookie", answer, Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.Contains(key, Ordinal));
        Assert.Equal("the value", await _server.Reveal(key));
    }

    /// <summary>A redirect for any of these could lead in a circle, or break a client that works.</summary>
    [Theory]
    [InlineData("GET /", "secrets.example.com:8443"), InlineData("GET /", "SECRETS.example.com:5000")]
    [InlineData("GET /", "localhost"), InlineData("GET /", "127.0.0.1:5000"), InlineData("GET /", "[::1]")]
    [InlineData("GET /", Second, "Sec-Fetch-Site: none")] // the proxy in between ends TLS, and does not say so
    [InlineData("GET /", Second, "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https")]
    [InlineData("GET /api/v1/status", Second), InlineData("GET /health/ready", Second)]
    public async Task Other_requests_are_answered_as_they_are(string request, string host, string header = "X: y") =>
        Assert.StartsWith("HTTP/1.1 200 ", await Ask(request, host, header), Ordinal);

    [Fact]
    public async Task Forms_and_refused_hosts_are_not_redirected()
    {
        Assert.StartsWith("HTTP/1.1 400 ", await Ask("POST /"), Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await Ask("GET /", "evil.example.net"), Ordinal);
    }

    [Fact]
    public async Task Address_with_letters_beyond_ASCII_is_redirected_to_in_ASCII_and_not_from()
    {
        await using var server = await RunningServer.Start(
            "--Site:PublicUrl=https://geheim.müller.example", "--Site:AllowedHosts=second.example.org");
        Assert.Contains(
            "\r\nLocation: https://geheim.xn--mller-kva.example/security\r\n",
            await RawConnection.Exchange(server, Request("GET /security", Second, "X: y")), Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 200 ",
            await RawConnection.Exchange(server, Request("GET /security", "geheim.xn--mller-kva.example", "X: y")), Ordinal);
    }

    [Fact]
    public async Task Public_address_of_http_needs_no_redirect()
    {
        await using var server = await RunningServer.Start(
            "--Site:PublicUrl=http://secrets.example.com", "--Site:AllowedHosts=second.example.org");
        Assert.StartsWith("HTTP/1.1 200 ", await RawConnection.Exchange(server, Request("GET /", Second, "X: y")), Ordinal);
    }

    private Task<string> Ask(string request, string host = Second, string header = "X: y") =>
        RawConnection.Exchange(_server, Request(request, host, header));

    private static string Request(string request, string host, string header) =>
        $"{request} HTTP/1.1\r\nHost: {host}\r\n{header}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

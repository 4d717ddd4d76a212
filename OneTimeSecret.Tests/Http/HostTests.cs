using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Receipts;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>Links contain only the configured address or an allowed host, never a host that a client makes up.</summary>
public sealed class HostTests
{
    private const string Evil = "evil.example.net";

    public static TheoryData<string> Forgeries() =>
    [
        $"POST /api/v1/share HTTP/1.1\r\nHost: {Evil}\r\n",
        $"POST /api/v1/share HTTP/1.1\r\nHost: {Evil}:5000\r\n",
        $"POST /api/v1/share HTTP/1.1\r\nHost: localhost.{Evil}\r\n",
        $"POST http://{Evil}/api/v1/share HTTP/1.1\r\nHost: localhost\r\n",
        $"POST http://{Evil}/api/v1/share HTTP/1.1\r\nHost: {Evil}\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost:\r\n",
        "POST /api/v1/share HTTP/1.0\r\n",
        $"POST /api/v1/share HTTP/1.1\r\nHost: localhost@{Evil}\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost:99999\r\n",
        "POST /api/v1/share HTTP/1.1\r\nHost: localhost:99999999999\r\n",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_host_is_refused(string start)
    {
        await using var server = await RunningServer.Start();
        var answer = await RawConnection.Exchange(server, start + "Connection: close\r\nContent-Length: 8\r\n\r\nsecret=x");
        Assert.StartsWith("HTTP/1.1 400", answer, Ordinal);
        Assert.DoesNotContain(Evil, answer, Ordinal);
        Assert.Equal((0, 0, 0), await server.Rows());
    }

    [Fact]
    public async Task A_refused_host_is_told_which_settings_to_change_and_is_logged_once()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        for (var i = 0; i < 2; i++)
        {
            var answer = await RawConnection.Exchange(
                server, $"GET /secret/x HTTP/1.1\r\nHost: {Evil}:81\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400", answer, Ordinal);
            Assert.Contains("\r\nContent-Type: text/plain; charset=utf-8\r\n", answer, Ordinal);
            Assert.Contains("\r\nX-Content-Type-Options: nosniff\r\n", answer, Ordinal);
            Assert.Contains("set Site:PublicUrl to the address that people use", answer, Ordinal);
            Assert.Contains("add this host name to Site:AllowedHosts", answer, Ordinal);
            Assert.DoesNotContain(Evil, answer, Ordinal);
        }
        Assert.Contains($"the host '{Evil}' was refused", Assert.Single(log.Lines, line => line.StartsWith("Warning", Ordinal)), Ordinal);
        for (var i = 0; i < 40; i++)
            await RawConnection.Exchange(server, $"HEAD / HTTP/1.1\r\nHost: {i}.example.net\r\nConnection: close\r\n\r\n");
        Assert.Equal(20, log.Lines.Count(line => line.StartsWith("Warning", Ordinal))); // so that a scanner does not fill the log
    }

    [Theory]
    [InlineData("*.example.com", "a.example.com", 200), InlineData("*.example.com", "example.com", 400)]
    [InlineData("bücher.example", "xn--bcher-kva.example", 200), InlineData("EXAMPLE.com", "example.COM:8443", 200)]
    [InlineData("0.0.0.0", "evil.example.net", 400), InlineData("[::]", "evil.example.net", 400)] // no wildcards
    public async Task Allowed_hosts_may_be_names_or_subdomains(string allowed, string host, int status)
    {
        await using var server = await RunningServer.Start($"--Site:AllowedHosts={allowed}");
        var answer = await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", host: host));
        Assert.StartsWith($"HTTP/1.1 {status}", answer, Ordinal);
    }

    [Fact]
    public async Task An_asterisk_allows_every_host_except_a_missing_one()
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com", "--Site:AllowedHosts=*");
        foreach (var (host, status) in new[] { (Evil, 200), ("", 400) })
            Assert.StartsWith(
                $"HTTP/1.1 {status}", await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", host: host)),
                Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-Host: evil.example.net\r\n")]
    [InlineData("X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: evil.example.net\r\n")]
    [InlineData("Forwarded: for=192.0.2.1;host=evil.example.net;proto=https\r\n")]
    [InlineData("X-Original-Host: evil.example.net\r\nX-HTTP-Host-Override: evil.example.net\r\nX-Forwarded-Prefix: /evil.example.net\r\n")]
    public async Task Forwarding_headers_of_an_untrusted_client_do_not_change_links(string headers)
    {
        await using var server = await RunningServer.Start();
        var shared = await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", headers));
        Assert.Contains("\"metadata_url\":\"http://localhost/receipt/", shared, Ordinal);
        Assert.DoesNotContain(Evil, shared, Ordinal);

        var (key, _) = await server.Share("x");
        var revealed = await RawConnection.Exchange(server, RawConnection.Post($"/api/v1/secret/{key}", "", headers));
        Assert.Contains("\"share_domain\":\"http://localhost\"", revealed, Ordinal);
    }

    [Fact]
    public async Task Links_use_the_configured_address_whatever_the_request_says()
    {
        await using var server = await RunningServer.Start(
            "--Site:PublicUrl=https://Secrets.example.com:443/", "--Site:AllowedHosts=second.example.com");
        foreach (var host in (string[])["localhost", "secrets.example.com", "second.example.com", "127.0.0.1:1234", "[::1]"])
        {
            var answer = await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", host: host));
            Assert.Contains("\"metadata_url\":\"https://secrets.example.com/receipt/", answer, Ordinal);
            Assert.Contains("\"receipt_url\":\"https://secrets.example.com/receipt/", answer, Ordinal);
        }
        var (key, _) = await server.Share("x");
        Assert.Equal("https://secrets.example.com", (string?)(await Answers.Ok(server.Post($"/api/v1/secret/{key}")))["share_domain"]);
        Assert.StartsWith(
            "HTTP/1.1 400", await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", host: Evil)), Ordinal);
    }

    [Fact]
    public async Task Links_use_an_allowed_host_with_its_port()
    {
        await using var server = await RunningServer.Start("--Site:AllowedHosts=second.example.com, third.example.com");
        var answer = await RawConnection.Exchange(server, RawConnection.Post("/api/v1/share", "secret=x", host: "third.example.com:8443"));
        Assert.Contains("\"metadata_url\":\"http://third.example.com:8443/receipt/", answer, Ordinal);
    }

    [Fact]
    public async Task A_trusted_proxy_decides_the_scheme_of_links_but_never_the_host()
    {
        await using var server = await RunningServer.Start("--Site:TrustedProxies=127.0.0.1");
        var answer = await RawConnection.Exchange(server, RawConnection.Post(
            "/api/v1/share", "secret=x",
            "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example.net\r\n"));
        Assert.Contains("\"metadata_url\":\"https://localhost/receipt/", answer, Ordinal);
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_each_client_is_counted_by_its_own_address()
    {
        await using var server = await RunningServer.Start("--Site:TrustedProxies=127.0.0.0/8", "--Limits:Creates=1");
        await Answers.Ok(From("192.0.2.1"));
        await Answers.RateLimited(From("192.0.2.1"));
        await Answers.RateLimited(From("::ffff:192.0.2.1"));
        await Answers.RateLimited(From("198.51.100.9, 192.0.2.1")); // an address that the client itself adds in front does not count
        await Answers.Ok(From("192.0.2.2"));
        await Answers.Ok(From("2001:db8:1:1::1"));
        await Answers.RateLimited(From("2001:db8:1:1:ffff::2"));
        await Answers.Ok(From("2001:db8:1:2::1"));

        Task<HttpResponseMessage> From(string address) => SendFrom(server, address);
    }

    [Fact]
    public async Task An_IPv6_48_network_has_a_larger_limit_of_its_own()
    {
        await using var server = await RunningServer.Start(
            "--Site:TrustedProxies=127.0.0.1", "--Limits:Creates=2", "--Limits:NetworkFactor=3");
        for (var i = 0; i < 6; i++)
            await Answers.Ok(SendFrom(server, $"2001:db8:1:{i}::1"));
        await Answers.RateLimited(SendFrom(server, "2001:db8:1:7::1"));
        await Answers.Ok(SendFrom(server, "2001:db8:2:7::1"));
    }

    [Fact]
    public async Task An_untrusted_client_cannot_choose_its_address_with_a_forwarding_header()
    {
        await using var server = await RunningServer.Start("--Limits:Creates=1");
        await Answers.Ok(SendFrom(server, "192.0.2.1"));
        await Answers.RateLimited(SendFrom(server, "192.0.2.2"));
    }

    private static async Task<HttpResponseMessage> SendFrom(RunningServer server, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/v1/generate", UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", address);
        return await server.Http.SendAsync(request);
    }
}

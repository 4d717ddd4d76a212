using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Browser;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Receipts;

namespace OneTimeSecret.Tests.Http;

/// <summary>Requests that no client library would send are refused, never with a 500, and the server keeps working.</summary>
public sealed class RawRequestTests : IAsyncLifetime
{
    private readonly CapturedLog _log = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start(null, Adjust);

    /// <summary>After each test: nothing was created, no error was logged, and the server still works.</summary>
    public async ValueTask DisposeAsync()
    {
        Assert.Equal((0, 0, 0), await _server.Rows());
        Assert.DoesNotContain(_log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Equal("still served", await _server.Reveal((await _server.Share("still served")).SecretKey));
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Theory]
    [InlineData("zz\r\nsecret=x\r\n0\r\n\r\n")]
    [InlineData("-1\r\nsecret=x\r\n0\r\n\r\n")]
    [InlineData("8\r\nsecret=xTOO MUCH\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\nsecret=x\r\n0\r\n\r\n")]
    public async Task Invalid_chunks_are_refused_as_a_malformed_body(string body)
    {
        var answer = await RawConnection.Exchange(_server, RawConnection.Post("/api/v1/share", body, "Transfer-Encoding: chunked\r\n"));
        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.Contains("X-OTS-Intended-Status: 400", answer, StringComparison.Ordinal);
        Assert.Contains("""{"message":"Incorrect payload format"}""", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd", "{\"message\":\"Unknown secret\",\"secret_key\":")]
    [InlineData("%2e%2e%2f%2e%2e%2faaaaaaaaaaaaaaaaaaaaaaaaaaa", "{\"message\":\"Unknown secret\",\"secret_key\":")]
    [InlineData("..%5c..%5caaaaaaaaaaaaaaaaaaaaaaa", "{\"message\":\"Unknown secret\",\"secret_key\":")]
    [InlineData("../../../../../../etc/passwd", "HTTP/1.1 40")]
    [InlineData("../status/aaaaaaaaaaaaaaaaaaaaa", "{\"error\":\"Not Found\"}")]
    [InlineData("%ff%fe%ffaaaaaaaaaaaaaaaaaaaaa", "{\"message\":\"Unknown secret\",\"secret_key\":")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa%00", "HTTP/1.1 400")]
    [InlineData("%0d%0aX-Evil:%201%0d%0aaaaaaaaaaaaaaaaaaaa", "{\"message\":\"Unknown secret\",\"secret_key\":")]
    [InlineData("%3Cscript%3Ealert(1)%3C/script%3E%22", "HTTP/1.1 404")]
    public async Task A_key_with_a_path_or_control_characters_leads_nowhere(string key, string answered)
    {
        foreach (var request in (string[])[RawConnection.Post("/api/v1/secret/" + key), RawConnection.Post($"/api/v1/private/{key}/burn"),
            $"GET /api/v1/private/{key} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"])
        {
            var answer = await RawConnection.Exchange(_server, request);
            Assert.Contains(answered, answer, StringComparison.Ordinal);
            Assert.DoesNotContain("root:", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("\r\nX-Evil", answer, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n")]
    [InlineData("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\nContent-Length: 9\r\n\r\nsecret=x")]
    [InlineData("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /api/v1/share HTTP/1.1\r\n\r\n")]
    [InlineData("POST /api/v1/share HTTP/9.9\r\nHost: localhost\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task A_request_that_is_not_valid_HTTP_is_refused(string bytes)
    {
        var answer = await RawConnection.Exchange(_server, bytes);
        Assert.Matches("^HTTP/1.1 (400|505)", answer);
    }

    [Fact]
    public async Task A_request_line_over_64_KiB_is_refused()
    {
        var answer = await RawConnection.Exchange(_server, RawConnection.Post("/api/v1/share?secret=" + new string('x', 65 * 1024)));
        Assert.StartsWith("HTTP/1.1 414", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_cut_short_creates_nothing()
    {
        using (var connection = await RawConnection.To(_server))
        {
            await connection.Write("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsecret=half a ");
            await connection.Write("sec");
        }
        await ServesOneMore();
    }

    [Fact]
    public async Task A_chunked_body_cut_short_creates_nothing()
    {
        using (var connection = await RawConnection.To(_server))
            await connection.Write("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nsecret=x\r\n");
        await ServesOneMore();
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_is_refused()
    {
        using var connection = await RawConnection.To(_server);
        await connection.Write("POST /api/v1/share HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nsecret=x");
        var answer = await connection.ReadToEnd();
        Assert.Contains("X-OTS-Intended-Status: 408", answer, StringComparison.Ordinal);
        Assert.Contains("""{"message":"Incorrect payload format"}""", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reveal_whose_body_is_cut_off_does_not_consume_the_secret()
    {
        var (key, metadata) = await _server.Share("kept");
        for (var i = 0; i < 5; i++)
        {
            using var connection = await RawConnection.To(_server);
            await connection.Write($"POST /api/v1/secret/{key} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n\r\npassphrase=");
        }
        Assert.Equal("kept", await _server.Reveal(key));
        await using var db = _server.Database();
        db.RemoveRange(db.Receipts);
        await db.SaveChangesAsync();
    }

    private async Task ServesOneMore() => await Answers.Ok(_server.Http.Get("/api/v1/status"));

    /// <summary>Tests cannot move Kestrel's clock, so its minimum data rate is set to fail sooner.</summary>
    private void Adjust(WebApplicationBuilder builder)
    {
        _log.Attach(builder);
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.5)));
    }
}

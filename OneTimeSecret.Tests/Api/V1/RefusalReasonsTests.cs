using System.Text;
using OneTimeSecret.Tests.Api.Parameters;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Tests.Logging;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Api.V1;

/// <summary>The reason for a refused body is a fixed sentence in a header and in the log. It repeats nothing of the body.</summary>
public sealed class RefusalReasonsTests
{
    private const string Content = "canary";

    [Fact]
    public async Task The_reason_for_a_refused_body_is_in_a_header_and_in_the_log_without_its_content()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        foreach (var (type, body, about) in new[]
                 {
                     (Sent.Json, $"{{\"secret\":\"{Content}\"", "JSON"),
                     (Sent.Json, $"{{\"secret\":[\"{Content}\"]}}", "single value"),
                     (Sent.Form, $"secret={Content}%", "percent sign"),
                     (Sent.Form, $"secret={Content}%FF", "UTF-8"),
                     (Sent.Form + "; charset=latin1", $"secret={Content}\xE9", "charset"),
                     ("image/png", Content, "form"),
                     (Sent.Multipart, $"--frontier\r\n\r\n{Content}", "part"),
                     ("multipart/form-data", Content, "boundary"),
                 })
        {
            using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
            content.Headers.TryAddWithoutValidation("Content-Type", type);
            log.Clear();
            var answer = await server.Send("POST", "/api/v1/share", content);
            var id = answer.Headers.GetValues("x-request-id").Single();
            var reason = await Answers.Malformed(Task.FromResult(answer));

            Assert.Contains(about, reason, OrdinalIgnoreCase);
            Assert.Contains(log.Lines, line => line.Contains(reason, Ordinal) && line.Contains(id, Ordinal));
            Assert.DoesNotContain(log.Lines, line => line.Contains(Content, Ordinal));
        }
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_breaks_off_is_refused_with_a_reason()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach);
        var large = await Answers.Malformed(server.Post($"/api/v1/secret/{new string('a', 31)}", ("passphrase", new string('x', 200_000))));
        Assert.Contains("125536 bytes", large, Ordinal);
        var broken = await RawConnection.Exchange(
            server, RawConnection.Post("/api/v1/share", "zz\r\nsecret=x\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n"));
        Assert.Contains("X-OTS-Reason: The body ", broken, Ordinal);
        Assert.Equal(2, log.Lines.Count(line => line.Contains("Parameters were refused", Ordinal)));

        await Answers.Refused(
            server.Post("/api/v1/share", ("secret", new string('x', 200_000))), "Secret value exceeds the maximum size of 10000 bytes");
        Assert.Equal(3, log.Lines.Count(line => line.Contains("Parameters were refused", Ordinal)));
    }
}

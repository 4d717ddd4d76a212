using System.Net;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Tests.Storage;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Tests.Live;

public sealed class ReceiptEventsTests
{
    [Theory]
    [InlineData("receipt", "received")]
    [InlineData("private", "burned")]
    public async Task The_stream_reports_a_reveal_or_burn_and_ends(string route, string final)
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("value");
        using var stream = await LiveStream.Open(server.Http, metadata, route: route);
        Assert.Equal("new", await stream.Next());
        var next = stream.Next();
        (await server.Post(final is "received" ? $"/api/v1/secret/{key}" : $"/api/v1/private/{metadata}/burn")).Dispose();
        Assert.Equal(final, await next);
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task The_stream_sends_heartbeats_until_it_reports_the_expiry_and_ends()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value", ("ttl", "300"));
        using var stream = await LiveStream.Open(server.Http, metadata);
        Assert.Equal("new", await stream.Next());
        var seen = await Let(server, TimeSpan.FromSeconds(30), stream.Next());
        Assert.Equal("new", seen);
        while (seen is "new")
            seen = await Let(server, TimeSpan.FromSeconds(30), stream.Next());
        Assert.Equal("expired", seen);
        Assert.Null(await stream.Next());
    }

    [Fact]
    public async Task The_stream_holds_states_and_nothing_else()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("value");
        var reading = server.Http.GetStringAsync(new Uri($"/receipt/{metadata}/events", UriKind.Relative));
        await Verbs.Until(() => server.Get<ReceiptSignals>().Watched == 1);
        await server.Reveal(key);
        Assert.Equal("data: new\n\ndata: received\n\n", await reading);
    }

    [Fact]
    public async Task The_stream_forbids_storing_indexing_and_buffering_by_proxies()
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value");
        using var stream = await LiveStream.Open(server.Http, metadata);
        var headers = stream.Answer.Headers.Concat(stream.Answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(' ', header.Value), StringComparer.OrdinalIgnoreCase);
        Assert.Equal("text/event-stream", headers["Content-Type"]);
        Assert.Equal("no-store", headers["Cache-Control"]);
        Assert.Equal("noindex, nofollow", headers["X-Robots-Tag"]);
        Assert.Equal("no-referrer", headers["Referrer-Policy"]);
        Assert.Equal("nosniff", headers["X-Content-Type-Options"]);
        Assert.Equal("no", headers["X-Accel-Buffering"]);
        Assert.False(headers.ContainsKey("Set-Cookie"));
    }

    [Fact]
    public async Task The_stream_of_an_unknown_receipt_answers_204_so_that_browsers_do_not_reconnect()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("value");
        foreach (var unknown in new[] { MetadataKey.New().Text, key, "short", "x%20y" })
        {
            using var stream = await LiveStream.Open(server.Http, unknown);
            Assert.Equal((true, null), (stream.Refused, await stream.Next()));
        }
        Assert.Equal(0, server.Get<LivePages>().Streams);
    }

    [Fact]
    public async Task The_stream_of_an_opened_secret_sends_its_final_state_once_and_ends()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("value");
        await server.Reveal(key);
        Assert.Equal("data: received\n\n", await server.Http.GetStringAsync(new Uri($"/receipt/{metadata}/events", UriKind.Relative)));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    public async Task Methods_other_than_GET_open_no_stream(string method)
    {
        await using var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value");
        using var answer = await server.Send(method, $"/receipt/{metadata}/events");
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed);
        Assert.Equal((0, 0), (server.Get<LivePages>().Streams, server.Get<ReceiptSignals>().Watched));
    }

    [Fact]
    public async Task Opening_the_stream_changes_nothing()
    {
        await using var server = await RunningServer.Start();
        var (key, metadata) = await server.Share("value");
        await using var db = server.Database();
        var (before, receipt) = (await db.Secrets.AsNoTracking().SingleAsync(), await db.Receipts.AsNoTracking().SingleAsync());
        for (var i = 0; i < 3; i++)
        {
            using var stream = await LiveStream.Open(server.Http, metadata);
            Assert.Equal("new", await stream.Next());
        }
        Assert.Equivalent(before, await db.Secrets.AsNoTracking().SingleAsync(), strict: true);
        Assert.Equivalent(receipt, await db.Receipts.AsNoTracking().SingleAsync(), strict: true);
        Assert.Equal("value", await server.Reveal(key));
    }

    [Fact]
    public async Task The_stream_logs_no_secret_and_no_warning_when_its_client_leaves()
    {
        using var log = new CapturedLog();
        await using var server = await RunningServer.Start(null, log.Attach, "--Logging:LogLevel:Default=Trace");
        var (key, metadata) = await server.Share("the value itself");
        using (var left = await LiveStream.Open(server.Http, metadata))
            Assert.Equal("new", await left.Next());
        await Verbs.Until(() => server.Get<LivePages>().Streams == 0);
        using var stream = await LiveStream.Open(server.Http, metadata, route: "private");
        await server.Reveal(key);
        Assert.Equal(("new", "received", null), (await stream.Next(), await stream.Next(), await stream.Next()));
        await Verbs.Until(() => log.Lines.Any(line => line.Contains("GET /private/{key}/events 200", StringComparison.Ordinal)));
        Assert.Contains(log.Lines, line => line.Contains("GET /receipt/{key}/events 200", StringComparison.Ordinal));
        foreach (var secret in new[] { key, metadata, "the value itself" })
            Assert.All(log.Lines, line => Assert.DoesNotContain(secret, line, StringComparison.OrdinalIgnoreCase));
        Assert.All(log.Lines, line => Assert.DoesNotMatch("^(Warning|Error|Critical)", line));
    }

    [Fact]
    public async Task A_failing_database_answers_503_and_the_stream_does_not_count()
    {
        var faults = new EngineFaults();
        await using var server = await RunningServer.Start(null, faults.Attach);
        var (_, metadata) = await server.Share("value");
        faults.Failing = "SELECT";
        using (var stream = await LiveStream.Open(server.Http, metadata))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, stream.Answer.StatusCode);
        faults.Failing = null;
        await Verbs.Until(() => server.Get<LivePages>().Streams == 0);
        Assert.Equal(0, server.Get<ReceiptSignals>().Watched);
    }

    [Fact]
    public async Task A_stopping_server_ends_its_streams()
    {
        var server = await RunningServer.Start();
        var (_, metadata) = await server.Share("value");
        using var http = new HttpClient { BaseAddress = server.Http.BaseAddress };
        using var stream = await LiveStream.Open(http, metadata);
        Assert.Equal("new", await stream.Next());
        await server.DisposeAsync();
        Assert.Null(await stream.Next()); // ended, and not cut off after the grace period of a stop
    }

    /// <summary>Advances the clock in small steps until the event comes. A test cannot see whether the server waits already.</summary>
    internal static async Task<string?> Let(RunningServer server, TimeSpan step, Task<string?> coming)
    {
        await Verbs.Until(() =>
        {
            if (!coming.IsCompleted)
                server.Clock.Advance(step / 100);
            return coming.IsCompleted;
        });
        return await coming;
    }
}

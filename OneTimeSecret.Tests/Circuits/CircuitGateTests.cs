using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Tests.Logging;
using OneTimeSecret.Web.Live;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>Who may open a circuit: pages of this very site, and no other, for somebody who is signed in.</summary>
public sealed class CircuitGateTests
{
    private const string Upgrade =
        "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private const string Own = "Origin: http://localhost\r\n";

    public static TheoryData<string, string> Strangers() => new()
    {
        { "/_blazor", "" },
        { "/_blazor", "Origin: \r\n" },
        { "/_blazor", "Origin: null\r\n" },
        { "/_blazor", "Origin: http://evil.example.net\r\n" },
        { "/_blazor", "Origin: https://localhost\r\n" },
        { "/_blazor", "Origin: http://localhost:8080\r\n" },
        { "/_blazor", "Origin: http://localhost.evil.example.net\r\n" },
        { "/_blazor", "Origin: http://localhost@evil.example.net\r\n" },
        { "/_blazor", "Origin: localhost\r\n" },
        { "/_blazor", "Origin: http://localhost\r\nOrigin: http://evil.example.net\r\n" },
        { "/_blazor?id=x", "Origin: http://evil.example.net\r\n" },
        { "/_BLAZOR", "Origin: http://evil.example.net\r\n" },
        { "/%5fblazor", "Origin: http://evil.example.net\r\n" },
        { "/_blazor/", "Origin: http://evil.example.net\r\n" },
        { "/_blazor/initializers", "" },
    };

    [Theory, MemberData(nameof(Strangers))]
    public async Task A_socket_from_elsewhere_is_refused(string path, string origin)
    {
        await using var server = await RunningServer.Start();
        var answer = await RawConnection.Exchange(server, Socket(await server.SomebodysCookie(), origin, path));
        Assert.StartsWith("HTTP/1.1 403", answer, Ordinal);
        Assert.EndsWith("\r\n\r\n", answer, Ordinal);
        Assert.Contains("Content-Security-Policy: default-src 'none'", answer, Ordinal);
    }

    [Theory]
    [InlineData("negotiate?negotiateVersion=1")]
    [InlineData("disconnect/")]
    [InlineData("?id=x")]
    public async Task Nor_is_anything_else_of_a_circuit_taken_from_elsewhere(string path)
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        foreach (var origin in (string[])["", "Origin: http://evil.example.net\r\n"])
        {
            var answer = await RawConnection.Exchange(server, RawConnection.Post("/_blazor/" + path, "", Cookie(cookie) + origin));
            Assert.StartsWith("HTTP/1.1 403", answer, Ordinal);
        }
    }

    [Theory]
    [InlineData(null, "localhost", "http://localhost")]
    [InlineData(null, "localhost:8080", "http://localhost:8080")]
    [InlineData("https://secrets.example.com", "secrets.example.com", "https://secrets.example.com")]
    [InlineData("https://secrets.example.com:8443", "secrets.example.com", "https://secrets.example.com:8443")]
    [InlineData("https://geheim.müller.example", "geheim.xn--mller-kva.example", "https://geheim.xn--mller-kva.example")]
    public async Task A_socket_from_a_page_of_ours_is_opened(string? address, string host, string origin)
    {
        await using var server = await RunningServer.Start(address is null ? [] : [$"--Site:PublicUrl={address}"]);
        using var socket = await Open(server, await server.SomebodysCookie(), host, origin);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("session=nothing")]
    public async Task Nobody_who_is_not_signed_in_opens_one(string? cookie)
    {
        await using var server = await RunningServer.Start();
        await server.AddAccount();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 403",
            await RawConnection.Exchange(server, RawConnection.Post("/_blazor/negotiate?negotiateVersion=1", "", Cookie(cookie) + Own)),
            Ordinal);
    }

    [Fact]
    public async Task Nor_does_anybody_whose_session_has_ended()
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        Assert.StartsWith("HTTP/1.1 101", await RawConnection.Start(server, Socket(cookie)), Ordinal);
        await using var db = server.Database();
        await db.Sessions.ExecuteDeleteAsync();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
    }

    [Fact]
    public async Task Nor_does_an_account_that_lacks_a_second_factor_before_it_has_one()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        using var reader = await server.SignIn();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(reader.CookieHeader())), Ordinal);
        await reader.AddApp(server);
        Assert.StartsWith("HTTP/1.1 101", await RawConnection.Start(server, Socket(reader.CookieHeader())), Ordinal);
    }

    [Fact]
    public async Task A_client_has_so_many_at_a_time_and_more_when_one_is_closed()
    {
        await using var server = await RunningServer.Start("--Limits:LivePagesPerClient=2");
        var cookie = await server.SomebodysCookie();
        using var first = await Open(server, cookie);
        using var second = await Open(server, cookie);
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
        first.Abort();
        await Verbs.Until(() => server.Get<LivePages>().Open == 1);
        using var third = await Open(server, cookie);
        Assert.Equal(WebSocketState.Open, third.State);
    }

    [Fact]
    public async Task Another_address_of_the_same_server_is_elsewhere()
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com");
        var answer = await RawConnection.Exchange(server, Socket(await server.SomebodysCookie()));
        Assert.StartsWith("HTTP/1.1 403", answer, Ordinal);
    }

    /// <summary>Over HTTP/2 a socket begins with CONNECT; what pages answer to must not be what the connection answers to.</summary>
    [Fact]
    public async Task The_connection_keeps_its_own_methods()
    {
        await using var server = await RunningServer.Start();
        var connection = Assert.Single(
            server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), endpoint => endpoint.RoutePattern.RawText is "/_blazor");
        Assert.Null(connection.Metadata.GetMetadata<HttpMethodMetadata>());
    }

    [Fact]
    public async Task What_a_connection_is_known_by_is_logged_at_no_level()
    {
        using var log = new CapturedLog();
        JsonObject connection;
        await using (var server = await RunningServer.Start(null, log.Attach, "--Logging:LogLevel:Default=Trace"))
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, new Uri("/_blazor/negotiate?negotiateVersion=1", UriKind.Relative));
            request.Headers.Add("Origin", server.Origin);
            request.Headers.Add("Cookie", await server.SomebodysCookie());
            using var answer = await server.Http.SendAsync(request);
            connection = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        }
        // Once the server has stopped: the line of a request is written after its answer.
        Assert.Contains(log.Lines, line => line.Contains("POST /_blazor/negotiate 200", Ordinal));
        foreach (var name in (string[])["connectionId", "connectionToken"])
            Assert.All(log.Lines, line => Assert.DoesNotContain((string)connection[name]!, line, Ordinal));
    }

    private static string Cookie(string? cookie) => cookie is null ? "" : $"Cookie: {cookie}\r\n";

    private static string Socket(string? cookie, string origin = Own, string path = "/_blazor") =>
        $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{Upgrade}{Cookie(cookie)}{origin}\r\n";

    private static async Task<ClientWebSocket> Open(
        RunningServer server, string cookie, string host = "localhost", string origin = "http://localhost")
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", host);
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.SetRequestHeader("Cookie", cookie);
        await socket.ConnectAsync(new Uri($"ws://{server.Http.BaseAddress!.Authority}/_blazor"), TestContext.Current.CancellationToken);
        return socket;
    }
}

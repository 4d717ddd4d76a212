using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Http;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Live;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>Only pages of this site may open a circuit, and only for somebody who is signed in.</summary>
public sealed class CircuitGateTests
{
    private const string Upgrade =
        "Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private const string Own = "Origin: http://localhost\r\n";

    private static readonly (string Path, string Origin)[] Strangers =
    [
        ("/_blazor", ""),
        ("/_blazor", "Origin: \r\n"),
        ("/_blazor", "Origin: null\r\n"),
        ("/_blazor", "Origin: http://evil.example.net\r\n"),
        ("/_blazor", "Origin: https://localhost\r\n"),
        ("/_blazor", "Origin: http://localhost:8080\r\n"),
        ("/_blazor", "Origin: http://localhost.evil.example.net\r\n"),
        ("/_blazor", "Origin: http://localhost@evil.example.net\r\n"),
        ("/_blazor", "Origin: localhost\r\n"),
        ("/_blazor", "Origin: http://localhost\r\nOrigin: http://evil.example.net\r\n"),
        ("/_blazor?id=x", "Origin: http://evil.example.net\r\n"),
        ("/_BLAZOR", "Origin: http://evil.example.net\r\n"),
        ("/%5fblazor", "Origin: http://evil.example.net\r\n"),
        ("/_blazor/", "Origin: http://evil.example.net\r\n"),
        ("/_blazor/initializers", ""),
    ];

    [Fact]
    public async Task A_WebSocket_from_another_origin_is_refused()
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        await Assert.AllAsync(Strangers, async stranger =>
        {
            var answer = await RawConnection.Exchange(server, Socket(cookie, stranger.Origin, stranger.Path));
            Assert.StartsWith("HTTP/1.1 403", answer, Ordinal);
            Assert.EndsWith("\r\n\r\n", answer, Ordinal);
            Assert.Contains("Content-Security-Policy: default-src 'none'", answer, Ordinal);
        });
    }

    [Fact]
    public async Task All_other_requests_of_circuits_from_another_origin_are_refused()
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        foreach (var path in (string[])["negotiate?negotiateVersion=1", "disconnect/", "?id=x"])
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
    public async Task A_WebSocket_from_the_origin_of_this_site_is_accepted(string? address, string host, string origin)
    {
        await using var server = await RunningServer.Start(address is null ? [] : [$"--Site:PublicUrl={address}"]);
        using var socket = await Open(server, await server.SomebodysCookie(), host, origin);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("nothing")]
    public async Task A_circuit_is_refused_without_a_session(string? session)
    {
        await using var server = await RunningServer.Start();
        var cookie = session is null ? null : $"{server.CookieName("session")}={session}";
        await server.AddAccount();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
        Assert.StartsWith(
            "HTTP/1.1 403",
            await RawConnection.Exchange(server, RawConnection.Post("/_blazor/negotiate?negotiateVersion=1", "", Cookie(cookie) + Own)),
            Ordinal);
    }

    [Fact]
    public async Task A_circuit_is_refused_after_the_session_has_ended()
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        Assert.StartsWith("HTTP/1.1 101", await RawConnection.Start(server, Socket(cookie)), Ordinal);
        await using var db = server.Database();
        await db.Sessions.ExecuteDeleteAsync();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
    }

    [Fact]
    public async Task A_circuit_is_refused_until_a_required_second_factor_is_set_up()
    {
        await using var server = await RunningServer.Start("--Accounts:RequireSecondFactor=true");
        await server.AddAccount();
        using var reader = await server.SignIn();
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(reader.CookieHeader())), Ordinal);
        await reader.AddApp(server);
        Assert.StartsWith("HTTP/1.1 101", await RawConnection.Start(server, Socket(reader.CookieHeader())), Ordinal);
    }

    [Fact]
    public async Task The_number_of_circuits_of_a_client_is_limited_until_one_is_closed()
    {
        await using var server = await RunningServer.Start("--Limits:CircuitsPerClient=2");
        var cookie = await server.SomebodysCookie();
        using var first = await Open(server, cookie);
        using var second = await Open(server, cookie);
        Assert.StartsWith("HTTP/1.1 403", await RawConnection.Exchange(server, Socket(cookie)), Ordinal);
        first.Abort();
        await Verbs.Until(() => server.Get<LivePages>().Circuits == 1);
        using var third = await Open(server, cookie);
        Assert.Equal(WebSocketState.Open, third.State);
    }

    [Fact]
    public async Task Another_address_of_the_same_server_counts_as_another_origin()
    {
        await using var server = await RunningServer.Start("--Site:PublicUrl=https://secrets.example.com");
        var answer = await RawConnection.Exchange(server, Socket(await server.SomebodysCookie()));
        Assert.StartsWith("HTTP/1.1 403", answer, Ordinal);
    }

    /// <summary>Over HTTP/2 a WebSocket begins with CONNECT, so the methods of pages must not be applied to this endpoint.</summary>
    [Fact]
    public async Task The_circuit_endpoint_is_not_limited_to_the_methods_of_pages()
    {
        await using var server = await RunningServer.Start();
        var connection = Assert.Single(
            server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>(), endpoint => endpoint.RoutePattern.RawText is "/_blazor");
        Assert.Null(connection.Metadata.GetMetadata<HttpMethodMetadata>());
    }

    /// <summary>With them each message would be a separate request of any client, and the place would be free in between.</summary>
    [Fact]
    public async Task Circuit_transports_other_than_WebSockets_are_refused()
    {
        await using var server = await RunningServer.Start();
        var cookie = await server.SomebodysCookie();
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1"), (HttpMethod.Get, "/_blazor?id=abc"), (HttpMethod.Post, "/_blazor"),
        })
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            request.Headers.Add("Origin", server.Origin);
            request.Headers.Add("Cookie", cookie);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    /// <summary>A circuit knows the address of its client only from this claim. `Admin:Networks` needs it, also behind a proxy.</summary>
    [Fact]
    public async Task The_client_claim_holds_the_address_of_the_client_and_not_of_its_proxy()
    {
        IPAddress? seen = null;
        await using var server = await RunningServer.Start(
            null,
            builder => builder.Services.AddSingleton<IStartupFilter>(new Look(context => seen = ClientClaim.Read(context.User))),
            "--Site:TrustedProxies:0=127.0.0.1");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/account", UriKind.Relative));
        request.Headers.Add("Cookie", await server.SomebodysCookie());
        request.Headers.Add("X-Forwarded-For", "198.51.100.9");
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(IPAddress.Parse("198.51.100.9"), seen);
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

    /// <summary>Inspects each request after it was answered.</summary>
    private sealed class Look(Action<HttpContext> at) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                at(context);
            });
            next(app);
        };
    }
}

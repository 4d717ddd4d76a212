using System.Net;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Commands;
using OneTimeSecret.Tests.Components;
using static System.StringComparison;

namespace OneTimeSecret.Tests.Http;

/// <summary>Requests from a blocked network do nothing, and are refused with an explanation.</summary>
public sealed class BlockGateTests
{
    [Theory]
    [InlineData("/"), InlineData("/secret/abc"), InlineData("/signin"), InlineData("/account"), InlineData("/nope"), InlineData("/_blazor")]
    [InlineData("/docs/api"), InlineData("/receipt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/events")]
    public async Task A_blocked_network_gets_a_page_that_explains_the_refusal(string path)
    {
        await using var server = await Blocked();
        using var reader = await new Reader(server).Open(path);
        Assert.Equal((403, "Your network is blocked here", path), (reader.Status, reader.Heading, reader.Path));
        Assert.Contains("ask them", reader.Text("main"), Ordinal);
        Assert.True(reader.Answer.Headers.Contains("Content-Security-Policy"));
    }

    [Theory, InlineData("HEAD"), InlineData("POST"), InlineData("PUT"), InlineData("OPTIONS")]
    public async Task A_blocked_network_is_refused_with_every_method(string method)
    {
        await using var server = await Blocked();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/", UriKind.Relative));
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.DoesNotContain("could not be taken", await answer.Content.ReadAsStringAsync(), Ordinal);
    }

    [Theory]
    [InlineData("/api/v1/status"), InlineData("/api/v1/authcheck"), InlineData("/api/v1/nope"), InlineData("/api/v1/private/recent")]
    public async Task The_API_answers_a_blocked_network_with_403_in_JSON_and_not_with_404(string path)
    {
        await using var server = await Blocked();
        using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.StartsWith("Your network is blocked", (string)(await RunningServer.Json(answer))["message"]!, Ordinal);
    }

    [Fact]
    public async Task A_reveal_from_a_blocked_network_does_not_consume_the_secret()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Share("value");
        await Block(server);
        Assert.Null(await server.Reveal(key));
        await server.Get<UnblockNetwork>().Run("127.0.0.1", CancellationToken.None);
        await server.Get<BlockedNetworks>().Refresh(CancellationToken.None);
        Assert.Equal("value", await server.Reveal(key));
    }

    [Fact]
    public async Task A_blocked_network_still_gets_the_styles_images_and_scripts_of_the_refusal_page()
    {
        using var folder = new TemporaryFolder();
        var logo = Path.Combine(folder.Path, "logo.svg");
        await File.WriteAllTextAsync(logo, "<svg xmlns='http://www.w3.org/2000/svg'/>");
        await using var server = await RunningServer.Start($"--Brand:Logo={logo}", "--Brand:Accent=#005577", "--Brand:AccentDark=#aaddee");
        await Block(server);
        using var reader = await new Reader(server).Open("/");
        Assert.Equal(403, reader.Status);
        var files = reader.Page.QuerySelectorAll("link[rel=stylesheet], link[rel~=icon], img, script[src]")
            .Select(file => file.GetAttribute("href") ?? file.GetAttribute("src")!).ToList();
        Assert.Contains("/brand/logo", files, StringComparer.Ordinal);
        Assert.Contains("/brand/style.css", files, StringComparer.Ordinal);
        Assert.True(files.Count > 3);
        foreach (var file in files)
        {
            using var answer = await server.Http.GetAsync(new Uri(new Uri(server.Origin), file));
            Assert.True(answer.IsSuccessStatusCode, file);
        }
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_the_network_of_the_client_is_blocked_and_not_that_of_the_proxy()
    {
        await using var server = await RunningServer.Start("--Site:TrustedProxies=127.0.0.1");
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "203.0.113.0/24", "abuse", null, CancellationToken.None);
        foreach (var (client, status) in new[] { ("203.0.113.77", 403), ("203.0.114.1", 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
            request.Headers.Add("X-Forwarded-For", client);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    private static async Task<RunningServer> Blocked()
    {
        var server = await RunningServer.Start();
        await Block(server);
        return server;
    }

    private static async Task Block(RunningServer server) => Assert.IsType<BlockOutcome.Blocked>(
        await server.Get<BlockNetwork>().Run(await server.AddAdmin(), "127.0.0.1", "abuse", null, CancellationToken.None));
}

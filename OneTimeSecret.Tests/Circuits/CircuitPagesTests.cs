using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>What a page with a circuit has, and no other page has.</summary>
public sealed class CircuitPagesTests
{
    private const string Page = "/recent-demo";

    [Theory]
    [InlineData("/", false)]
    [InlineData("/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/receipt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/docs/api", false)]
    [InlineData("/no-such-page", false)]
    [InlineData(Page, true)]
    public async Task Only_a_page_with_a_circuit_loads_its_script_and_style(string path, bool loads)
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(path);
        foreach (var part in (string[])
                 ["script[src*='_framework/blazor.web']", "script[src*='circuit']", "link[href*='circuit']", "#components-reconnect-modal"])
            Assert.Equal(loads, reader.Has(part));
        Assert.Equal(loads, reader.Has("script[autostart]"));
        Assert.False(reader.Has("script:not([src]), style, [style]"));
    }

    /// <summary>And neither weakens the other's: the framework sends no policy of its own.</summary>
    [Fact]
    public async Task Its_policy_allows_nothing_more_than_attributes_that_say_nothing()
    {
        await using var server = await RunningServer.Start();
        var common = await Policy("/");
        Assert.Equal(
            common + ";style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='", await Policy(Page));
        Assert.Equal(common, await Policy("/no-such-page"));
        Assert.DoesNotContain("unsafe-inline", await Policy(Page), StringComparison.Ordinal);

        async Task<string> Policy(string path)
        {
            using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
            return Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        }
    }

    [Fact]
    public async Task The_script_is_served()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(Page);
        using var answer = await server.Http.GetAsync(
            new Uri(reader.Page.QuerySelector("script[src*='_framework']")!.GetAttribute("src")!, UriKind.Relative));
        Assert.Equal((200, "text/javascript"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 100_000, 400_000);
    }
}

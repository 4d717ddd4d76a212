using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Circuits;

/// <summary>What only pages with a circuit contain.</summary>
public sealed class CircuitPagesTests
{
    private const string Page = "/recent";

    [Theory]
    [InlineData("/", false)]
    [InlineData("/secret/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/receipt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("/docs/api", false)]
    [InlineData("/no-such-page", false)]
    [InlineData("/signin/again", false)]
    [InlineData("/account", false)]
    [InlineData("/recent/aaaaaaaaaaaaaaaa", false)]
    [InlineData("/recent/aaaaaaaaaaaaaaaa/burn", false)]
    [InlineData(Page, true)]
    public async Task Only_a_page_with_a_circuit_loads_its_script_and_style(string path, bool loads)
    {
        await using var server = await RunningServer.Start();
        using var reader = await SignedIn(server);
        await reader.Open(path);
        Assert.True(reader.IsSignedIn());
        foreach (var part in (string[])
                 ["script[src*='_framework/blazor.web']", "script[src*='circuit']", "link[href*='circuit']", "#components-reconnect-modal"])
            Assert.Equal(loads, reader.Has(part));
        Assert.Equal(loads, reader.Has("script[autostart]"));
        Assert.False(reader.Has("script:not([src]), style, [style]"));
    }

    [Fact]
    public async Task A_page_with_a_circuit_redirects_to_sign_in_which_loads_nothing_of_the_circuit()
    {
        await using var server = await RunningServer.Start();
        using var reader = await new Reader(server).Open(Page);
        Assert.Equal("/signin?back=%2Frecent", reader.Path);
        Assert.False(reader.Has("script[src*='_framework'], script[src*='circuit'], #components-reconnect-modal"));
        Assert.DoesNotContain("style-src-attr", Policy(reader), StringComparison.Ordinal);
    }

    /// <summary>Other pages keep the common policy, and the framework adds no policy of its own.</summary>
    [Fact]
    public async Task The_policy_of_a_page_with_a_circuit_additionally_allows_only_empty_style_attributes()
    {
        await using var server = await RunningServer.Start();
        using var reader = await SignedIn(server);
        var common = Policy(await reader.Open("/"));
        var live = Policy(await reader.Open(Page));
        Assert.Equal(common + ";style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='", live);
        Assert.Equal(common, Policy(await reader.Open("/no-such-page")));
        Assert.DoesNotContain("unsafe-inline", live, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_script_of_circuits_is_served()
    {
        await using var server = await RunningServer.Start();
        using var reader = await SignedIn(server);
        using var answer = await server.Http.GetAsync(
            new Uri(reader.Page.QuerySelector("script[src*='_framework']")!.GetAttribute("src")!, UriKind.Relative));
        Assert.Equal((200, "text/javascript"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 100_000, 400_000);
    }

    private static async Task<Reader> SignedIn(RunningServer server)
    {
        await server.AddAccount();
        return await server.SignIn(back: Page);
    }

    private static string Policy(Reader reader) => Assert.Single(reader.Answer.Headers.GetValues("Content-Security-Policy"));
}

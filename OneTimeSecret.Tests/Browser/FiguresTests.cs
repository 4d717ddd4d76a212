using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Components;

namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// Bytes and layout shift of the first load of a page with an empty cache. The time until it is painted depends on the machine, so the
/// benchmarks measure it (<c>-- pages</c>).
/// </summary>
public sealed class FiguresTests(Chromium chromium) : BrowserTests(chromium)
{
    private const int PublicPage = 30_000;
    private const int CircuitPage = 110_000;

    [Fact]
    public async Task Public_pages_are_small_and_load_without_layout_shift()
    {
        await using var server = await Serve();
        var (key, metadata) = await server.Conceal("the value", Steps.Passphrase);
        string[] paths =
        [
            "/", $"/secret/{key.Text}", $"/receipt/{metadata.Text}", "/docs/api", "/security", new Uri(await server.Link()).PathAndQuery,
        ];
        foreach (var path in paths)
            Check(path, await (await Visit(server)).Measure(path), PublicPage);
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task A_page_with_a_circuit_is_small_and_loads_without_layout_shift(Screen screen)
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        using var reader = await server.SignIn(back: "/recent");
        var visit = await Visit(server, screen);
        await visit.GoesOnFor(reader);
        Check("/recent", await visit.Measure("/recent"), CircuitPage);
    }

    private static void Check(string path, Figures figures, int most)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {figures}");
        Assert.InRange(figures.Bytes, 1, most);
        Assert.Equal(0, figures.Shift);
    }
}

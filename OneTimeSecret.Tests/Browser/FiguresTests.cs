namespace OneTimeSecret.Tests.Browser;

/// <summary>What the first page that somebody loads costs him, from an empty cache, on a processor slowed down four times.</summary>
public sealed class FiguresTests(Chromium chromium) : BrowserTests(chromium)
{
    [Fact]
    public async Task The_first_page_is_light_and_quick_and_shifts_nothing()
    {
        await using var server = await RunningServer.Start();
        await Check(server, "/");
    }

    [Fact]
    public async Task The_page_of_a_secret_is_light_and_quick_and_shifts_nothing()
    {
        await using var server = await RunningServer.Start();
        await Check(server, $"/secret/{(await server.Conceal("the value", Steps.Passphrase)).Key.Text}");
    }

    [Fact]
    public async Task A_receipt_is_light_and_quick_and_shifts_nothing()
    {
        await using var server = await RunningServer.Start();
        await Check(server, $"/receipt/{(await server.Conceal("the value", Steps.Passphrase)).Metadata.Text}");
    }

    /// <summary>The best of three loads, because what else the machine does is none of the page's doing.</summary>
    private async Task Check(RunningServer server, string path)
    {
        var loads = new List<Figures>();
        for (var i = 0; i < 3; i++)
            loads.Add(await (await Visit(server)).Measure(path));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', loads));
        Assert.All(loads, load => Assert.Equal(0, load.Shift));
        Assert.All(loads, load => Assert.InRange(load.Bytes, 1, 30_000));
        Assert.InRange(loads.Min(load => load.Paint), 1, 1_000);
    }
}

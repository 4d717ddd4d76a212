using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What a page's first load costs.</summary>
/// <param name="Bytes">Bytes received for the page and all that it loads: headers and compressed bodies, without the icon.</param>
/// <param name="Shift">Cumulative layout shift.</param>
internal sealed record Figures(long Bytes, double Shift)
{
    private const string Observe =
        """
        window.shift = 0;
        new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput)
            .forEach(entry => shift += entry.value)).observe({ type: 'layout-shift', buffered: true });
        window.painted = new Promise(done => new PerformanceObserver(list => list.getEntries()
            .forEach(done)).observe({ type: 'largest-contentful-paint', buffered: true }));
        """;

    /// <summary>Waits for the first paint, two frames and an idle moment, so that all shifts of the load are recorded.</summary>
    private const string Rest =
        """
        () => painted.then(() => new Promise(done =>
            requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done(shift))))))
        """;

    public static async Task<Figures> Take(IPage page, Func<Task> load)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Network.clearBrowserCache");
        var traffic = await Traffic.Watch(devTools);
        await page.AddInitScriptAsync(Observe);

        await load();
        var shift = await page.EvaluateAsync<double>(Rest);
        return new Figures(await traffic.Bytes(), shift);
    }
}

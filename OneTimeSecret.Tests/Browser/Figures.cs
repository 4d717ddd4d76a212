using System.Text.Json;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>What a page's first load costs.</summary>
/// <param name="Bytes">Bytes received for the page and all that it loads: headers, and bodies as they are compressed; not its icon.</param>
/// <param name="Shift">Cumulative layout shift.</param>
/// <param name="Paint">Milliseconds until the largest contentful paint, on a processor slowed down four times.</param>
internal sealed record Figures(long Bytes, double Shift, double Paint)
{
    private const int SlowDown = 4;

    private const string Observe =
        """
        window.figures = { shift: 0, paint: 0 };
        new PerformanceObserver(list => list.getEntries().filter(entry => !entry.hadRecentInput)
            .forEach(entry => figures.shift += entry.value)).observe({ type: 'layout-shift', buffered: true });
        window.painted = new Promise(done => new PerformanceObserver(list => list.getEntries()
            .forEach(entry => done(figures.paint = entry.startTime))).observe({ type: 'largest-contentful-paint', buffered: true }));
        """;

    /// <summary>Once something is painted, two frames and a moment of rest: all that the load brought is drawn and noted.</summary>
    private const string Rest =
        """
        () => painted.then(() => new Promise(done =>
            requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => done(figures))))))
        """;

    public static async Task<Figures> Take(IPage page, Func<Task> load)
    {
        var devTools = await page.Context.NewCDPSessionAsync(page);
        var traffic = await Traffic.Watch(devTools);
        await devTools.SendAsync("Emulation.setCPUThrottlingRate", new(StringComparer.Ordinal) { ["rate"] = SlowDown });
        await page.AddInitScriptAsync(Observe);

        await load();
        var seen = await page.EvaluateAsync<JsonElement>(Rest);
        return new Figures(await traffic.Bytes(), seen.GetProperty("shift").GetDouble(), seen.GetProperty("paint").GetDouble());
    }
}

using System.Collections.Concurrent;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OneTimeSecret.Tests.Browser.Chromium))]

namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// The system's Chromium: one process for all tests of a kind, started by the first that needs it. None is ever downloaded.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Missing =
        "There is no Chromium on the PATH: './test.sh' as root or 'apt-get install chromium' installs it on Debian.";

    private static readonly string[] Names = ["chromium", "google-chrome", "chromium-browser"];

    /// <summary>The same engine without windows, which cost a test more than its pages do. It keeps no pages for the way back.</summary>
    private static readonly string[] ShellFirst = ["chromium-headless-shell", .. Names];

    private static readonly string[] Arguments =
    [
        "--disable-gpu",
        "--in-process-gpu", // which then only draws in software: one process less
        "--renderer-process-limit=1", // pages of one visitor share a process, whose start costs more than they do
        "--js-flags=--no-opt --no-maglev", // no script of a page runs for as long as optimizing it takes
        "--disable-background-networking",
        // Whatever a page asks of another host fails at once and is seen, with or without a network.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        // Chromium's sandbox does not run as root.
        .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
    ];

    /// <summary>By itself Playwright makes browsers load every page on the way back anew.</summary>
    private static readonly string[] NoWayBack = ["--disable-back-forward-cache"];

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<bool, IBrowser> _browsers = [];
    private readonly ConcurrentBag<IBrowserContext> _rested = [];
    private IPlaywright? _playwright;

    /// <param name="keepsPages">Whether it keeps pages as they were left for the way back, as everybody's browser does.</param>
    internal async Task<IBrowser> Started(bool keepsPages)
    {
        var program = Find(keepsPages ? Names : ShellFirst);
        if (program is null && Wishes.BrowserRequired)
            Assert.Fail(Missing);
        Assert.SkipWhen(program is null, Missing);

        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            if (!_browsers.TryGetValue(keepsPages, out var browser))
            {
                _browsers[keepsPages] = browser = await _playwright.Chromium.LaunchAsync(
                    new() { ExecutablePath = program, Args = Arguments, IgnoreDefaultArgs = keepsPages ? NoWayBack : [] });
            }
            return browser;
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A context whose visitor has gone, or null. Nothing of the visit is left in it but a process for pages.</summary>
    internal IBrowserContext? Rested() => _rested.TryTake(out var context) ? context : null;

    /// <summary>Gives a context to the next visitor.</summary>
    internal void Rests(IBrowserContext context) => _rested.Add(context);

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in _browsers.Values)
            await browser.DisposeAsync();
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private static string? Find(string[] names) =>
        (from name in names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         let program = Path.Combine(folder, name)
         where File.Exists(program)
         select program).FirstOrDefault();
}

using System.Collections.Concurrent;
using Microsoft.Playwright;
[assembly: AssemblyFixture(typeof(OneTimeSecret.Tests.Browser.Chromium))]

namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// The system's Chromium, which is never downloaded. Tests of one kind share a process, which the first of them starts.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Missing =
        "There is no Chromium on the PATH: './test.sh' as root or 'apt-get install chromium' installs it on Debian.";

    private static readonly string[] Names = ["chromium", "google-chrome", "chromium-browser"];

    /// <summary>The same engine without windows, which cost a test more than its pages do. It has no back-forward cache.</summary>
    private static readonly string[] ShellFirst = ["chromium-headless-shell", .. Names];

    private static readonly string[] Arguments =
    [
        "--disable-gpu",
        "--in-process-gpu", // software rendering needs no separate process
        "--renderer-process-limit=1", // pages of one context share a process, because starting one costs more than loading a page
        "--js-flags=--no-opt --no-maglev", // optimizing costs more than it saves in scripts that run this briefly
        "--disable-background-networking",
        // Requests to other hosts fail at once and are recorded, with or without a network.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
        // Chromium's sandbox does not run as root.
        .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
    ];

    /// <summary>The argument with which Playwright switches off the back-forward cache by default.</summary>
    private static readonly string[] NoWayBack = ["--disable-back-forward-cache"];

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Dictionary<bool, IBrowser> _browsers = [];
    private readonly ConcurrentBag<IBrowserContext> _idle = [];
    private IPlaywright? _playwright;

    /// <summary>The browser, which the first test that needs it starts.</summary>
    /// <param name="keepsPages">Whether it has a back-forward cache, as ordinary browsers do.</param>
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

    /// <summary>Takes an idle context, or null. It has no cookies, and one page that keeps its process alive.</summary>
    internal IBrowserContext? TakeIdle() => _idle.TryTake(out var context) ? context : null;

    /// <summary>Keeps a context for the next visit.</summary>
    internal void KeepIdle(IBrowserContext context) => _idle.Add(context);

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

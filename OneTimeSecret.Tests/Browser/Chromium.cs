using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(OneTimeSecret.Tests.Browser.Chromium))]

namespace OneTimeSecret.Tests.Browser;

/// <summary>The system's Chromium: one process for all tests, started by the first that needs it. None is ever downloaded.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Missing =
        "There is no Chromium on the PATH: './test.sh' as root or 'apt-get install chromium' installs it on Debian.";

    private static readonly string[] Names = ["chromium", "google-chrome", "chromium-browser"];

    private static readonly string[] Arguments =
    [
        "--disable-gpu",
        "--disable-background-networking",
        // Whatever a page asks of another host fails at once and is seen, with or without a network.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        // Chromium's sandbox does not run as root.
        .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal async Task<IBrowser> Started()
    {
        var program = Find();
        if (program is null && Wishes.BrowserRequired)
            Assert.Fail(Missing);
        Assert.SkipWhen(program is null, Missing);

        _playwright ??= await Playwright.CreateAsync();
        return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }

    private static string? Find() =>
        (from name in Names
         from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         let program = Path.Combine(folder, name)
         where File.Exists(program)
         select program).FirstOrDefault();
}

using System.Diagnostics;
using Microsoft.Playwright;

namespace OneTimeSecret.Tests.Browser;

/// <summary>
/// One person's browser at a server, with its own page and cookies. It records faults that the page does not show: errors in the
/// console (such as violations of the content security policy), errors of scripts, requests to other hosts.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    /// <summary>The longest that any wait may take, in milliseconds. A wait ends as soon as its condition is met.</summary>
    private const float Patience = 60_000;

    private const string Widths = "(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])(document.documentElement)";

    /// <summary>Waits until colour transitions have ended, because only the final colours are checked.</summary>
    private const string ColoursHaveChanged =
        """
        async () => {
            for (let passing = [0]; passing.length > 0;) {
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                passing = document.getAnimations().filter(one => one instanceof CSSTransition);
                await Promise.all(passing.map(one => one.finished.catch(() => {})));
            }
        }
        """;

    private const string HasItsFocus = "() => [document.activeElement, null].includes(document.querySelector('[autofocus]'))";

    private readonly IBrowserContext _context;
    private readonly Action<IBrowserContext>? _keepIdle;
    private readonly RunningServer _server;
    private readonly string _origin;
    private readonly bool _script;
    private readonly List<string> _requests = [];
    private readonly List<string> _pages = [];
    private readonly List<string> _complaints = [];
    private readonly List<string> _expected = [];
    private Screen _screen;
    private volatile bool _over;
    private bool _disposed;
    private bool _hasAxe;

    private Visit(
        IBrowserContext context, IPage page, RunningServer server, string origin, Screen screen, bool script,
        Action<IBrowserContext>? keepIdle)
    {
        (_context, Page, _server, _origin, _screen, _script, _keepIdle) = (context, page, server, origin, screen, script, keepIdle);
        context.Request += Note;
        context.Console += Note;
        context.WebError += Note;
        // Requests that fail because the test is over and the server stops are not faults of the page.
        server.Over.Register(() => _over = true);
    }

    public IPage Page { get; }

    /// <summary>The addresses of all requests so far.</summary>
    public IReadOnlyList<string> Requests => Copy(_requests);

    /// <summary>Recorded faults that were not expected.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. Copy(_complaints).Where(complaint => !_expected.Exists(text => complaint.Contains(text, StringComparison.Ordinal)))];

    public static async Task<Visit> Start(
        Chromium chromium, RunningServer server, Screen screen, bool script, string locale, string timeZone, bool keepsPages, bool byName)
    {
        var origin = byName ? server.NamedOrigin : server.Origin;
        Assertions.SetDefaultExpectTimeout(Patience);
        var isUsual = (screen, script, locale, timeZone, keepsPages, byName) == (Screen.DesktopLight, true, "en-GB", "UTC", false, false);
        var context = isUsual ? chromium.TakeIdle() : null;
        context ??= await NewContext(await chromium.Started(keepsPages), origin, screen, script, locale, timeZone, staysOpen: isUsual);
        return new Visit(context, await context.NewPageAsync(), server, origin, screen, script, isUsual ? chromium.KeepIdle : null);
    }

    private static async Task<IBrowserContext> NewContext(
        IBrowser browser, string origin, Screen screen, bool script, string locale, string timeZone, bool staysOpen)
    {
        var context = await browser.NewContextAsync(new()
        {
            JavaScriptEnabled = script,
            ColorScheme = screen.Colours(),
            // A test cannot check the colour and place of moving elements.
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = screen.Size(),
            DeviceScaleFactor = screen.IsPhone() ? 2 : 1,
            IsMobile = screen.IsPhone(),
            HasTouch = screen.IsPhone(),
            Locale = locale,
            TimezoneId = timeZone,
        });
        context.SetDefaultTimeout(Patience);
        // Browsers with a window let a page write to the clipboard after a click. The headless shell asks, and nobody would answer.
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        if (staysOpen) // this page only keeps the process alive between visits
            await (await context.NewPageAsync()).GotoAsync(origin + "/robots.txt");
        return context;
    }

    /// <summary>The whole address of a page of the server.</summary>
    public string Address(string path) => new Uri(new Uri(_origin), path).ToString();

    /// <summary>Opens a page of the server.</summary>
    public async Task Open(string path, int status = 200)
    {
        var answer = await Page.GotoAsync(Address(path));
        Assert.Equal(status, answer?.Status);
        // The browser sets the focus with the first frame, a little after the page has loaded. Keys that are pressed earlier are lost.
        var since = Stopwatch.StartNew();
        while (!await Page.EvaluateAsync<bool>(HasItsFocus))
        {
            if (since.ElapsedMilliseconds > Patience)
                Assert.Fail($"{path} never set its focus.");
            await Task.Delay(10);
        }
    }

    /// <summary>Ignores complaints that contain this text.</summary>
    public void Expects(string complaint) => _expected.Add(complaint);

    /// <summary>Waits for a complaint that contains this text, and ignores it.</summary>
    public async Task Complains(string complaint)
    {
        var since = Stopwatch.StartNew();
        while (!Complaints.Any(seen => seen.Contains(complaint, StringComparison.Ordinal)))
        {
            if (since.ElapsedMilliseconds > Patience)
                Assert.Fail($"No complaint of '{complaint}' among: {string.Join('\n', Complaints)}");
            await Task.Delay(20);
        }
        Expects(complaint);
    }

    /// <summary>
    /// Checks the page on every screen, in light and dark colours: it is no wider than the screen and accessible (which only a visit with
    /// script can check). Takes pictures if they are wanted. Only size and colours change, so the page is not reloaded.
    /// </summary>
    public Task Looks(string state) => OnEveryScreen(state, IsAccessible);

    /// <summary>As <see cref="Looks"/>, but without axe.</summary>
    public Task FitsEveryScreen(string state) => OnEveryScreen(state, _ => Task.CompletedTask);

    /// <summary>axe finds no violation.</summary>
    public async Task IsAccessible(string state)
    {
        Assert.True(_script, "axe needs timers, which a page without script does not have: check the same state in a visit with script");
        if (!_hasAxe)
            await Accessibility.Prepare(Page);
        _hasAxe = true;
        await Accessibility.Check(Page, _screen, state);
    }

    /// <summary>The page is no wider than its screen.</summary>
    public async Task FitsItsScreen(string state)
    {
        var widths = await Page.EvaluateAsync<int[]>(Widths);
        Assert.True(widths[0] <= widths[1], $"{state} is {widths[0]} pixels wide and {_screen} {widths[1]}");
    }

    /// <summary>Writes the whole page to <c>&lt;state&gt;-&lt;screen&gt;.png</c> if pictures are wanted.</summary>
    public async Task Picture(string state)
    {
        if (Wishes.Screens is null)
            return;
        var (colours, size) = (_screen.Colours() is ColorScheme.Dark ? "dark" : "light", _screen.IsPhone() ? "phone" : "desktop");
        await Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(Wishes.Screens, $"{state}-{colours}-{size}.png"),
            FullPage = true,
            Animations = ScreenshotAnimations.Disabled,
        });
    }

    /// <summary>Measures bytes and layout shift of a first load. The visitor has opened no page yet.</summary>
    public async Task<Figures> Measure(string path)
    {
        Assert.Empty(Requests);
        // What the server does only once after its start must not be measured.
        using var warm = await _server.Http.GetAsync(new Uri(path, UriKind.Relative));
        return await Figures.Take(Page, () => Open(path, (int)warm.StatusCode));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        if (_keepIdle is null)
        {
            await _context.DisposeAsync();
            return;
        }
        foreach (var page in _context.Pages.Skip(1).ToList())
            await page.CloseAsync();
        _context.Request -= Note;
        _context.Console -= Note;
        _context.WebError -= Note;
        await _context.ClearCookiesAsync();
        _keepIdle(_context);
    }

    private async Task OnEveryScreen(string state, Func<string, Task> check)
    {
        var before = _screen;
        foreach (var screen in new[] { Screen.DesktopLight, Screen.DesktopDark, Screen.PhoneDark, Screen.PhoneLight })
        {
            // PhoneDark has the colours of one screen and the size of another. There is nothing new to check, so it is only for pictures.
            if (screen is Screen.PhoneDark && Wishes.Screens is null)
                continue;
            await Turn(screen);
            await Picture(state);
            await FitsItsScreen(state);
            if (_script && screen is not Screen.PhoneDark)
                await check(state);
        }
        await Turn(before);
    }

    private async Task Turn(Screen screen)
    {
        if (screen.Colours() != _screen.Colours())
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = screen.Colours() });
            if (_script)
                await Page.EvaluateAsync(ColoursHaveChanged);
        }
        if (screen.IsPhone() != _screen.IsPhone())
            await Page.SetViewportSizeAsync(screen.Size().Width, screen.Size().Height);
        _screen = screen;
    }

    private void Note(object? sender, IWebError error) => Complain($"script: {error.Error}");

    private void Note(object? sender, IRequest request)
    {
        Add(_requests, request.Url);
        if (request.IsNavigationRequest)
            Add(_pages, request.Url);
        var stays = request.Url.StartsWith(_origin + "/", StringComparison.Ordinal);
        if (!stays && new Uri(request.Url).Scheme is not ("data" or "blob"))
            Complain($"request to another host: {request.Url}");
    }

    private void Note(object? sender, IConsoleMessage message)
    {
        // Visited pages may have status 404 (the test checks it). The files that they load may not.
        var page = message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
            && Copy(_pages).Exists(address => message.Location.Equals($"{address}:0:0", StringComparison.Ordinal));
        if (message.Type is "error" or "warning" && !page)
            Complain($"console: {message.Text} ({message.Location})");
    }

    private void Complain(string complaint)
    {
        if (!_over)
            Add(_complaints, complaint);
    }

    private static void Add(List<string> list, string text)
    {
        lock (list)
            list.Add(text);
    }

    private static List<string> Copy(List<string> list)
    {
        lock (list)
            return [.. list];
    }
}

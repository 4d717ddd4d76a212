using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>Tests the visits themselves: each fault that is made here must be noticed.</summary>
public sealed class VisitTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Path = "/signin";

    [Fact]
    public async Task A_visit_records_script_errors_policy_violations_and_missing_files()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        Assert.Empty(visit.Complaints);

        await visit.Page.EvaluateAsync("() => { console.error('a bad thing'); setTimeout(() => { throw new Error('a worse thing'); }); }");
        await visit.Page.EvaluateAsync("() => fetch('http://elsewhere.example/').catch(() => {})");
        await visit.Page.EvaluateAsync("() => document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">red</p>')");
        await visit.Page.EvaluateAsync("() => fetch('/missing.js')");

        await visit.Complains("a bad thing");
        await visit.Complains("a worse thing");
        await visit.Complains("connect-src");
        await visit.Complains("Refused to connect");
        await visit.Complains("style-src");
        await visit.Complains("/missing.js");
    }

    [Fact]
    public async Task An_error_in_the_last_moment_of_a_visit_fails_its_test()
    {
        await using var server = await RunningServer.Start();
        var test = new VisitTests(Chromium);
        await using (var visit = await test.Visit(server))
        {
            await visit.Open(Path);
            await visit.Page.EvaluateAsync("() => console.error('at last')");
        }
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await test.DisposeAsync());
        Assert.Contains("at last", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_the_origin_is_recorded_although_no_policy_forbids_it()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await Assert.ThrowsAsync<PlaywrightException>(() => visit.Page.GotoAsync("http://elsewhere.example/"));
        await visit.Complains("another host: http://elsewhere.example/");
    }

    [Fact]
    public async Task A_page_with_status_404_is_not_an_error_by_itself()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open("/api/v1/no-such-page", 404);
        // Only pages name an icon. For everything else a browser requests this one.
        visit.Expects("/favicon.ico");
    }

    [Fact]
    public async Task Axe_reports_a_violation_and_its_element()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        await visit.Page.EvaluateAsync("() => document.querySelector('label').remove()");
        var failure = await Assert.ThrowsAnyAsync<Exception>(() => visit.IsAccessible("no label"));
        Assert.Contains("label: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("#email", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_is_too_wide_is_noticed()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        await visit.FitsItsScreen("as it is");
        await visit.Page.EvaluateAsync("() => document.querySelector('h1').style.width = '2000px'");
        await Assert.ThrowsAnyAsync<Exception>(() => visit.FitsItsScreen("stretched"));
    }

    /// <summary>Each fault shows only on phones, or only in dark colours.</summary>
    [Fact]
    public async Task A_fault_on_only_one_screen_is_noticed()
    {
        (string Style, string Screen)[] faults =
        [
            ("@media (max-width: 30rem) { h1 { width: 2000px } }", "Phone"),
            ("@media (max-width: 30rem) { h1 { color: #ccc } }", "Phone"),
            ("@media (prefers-color-scheme: dark) { h1 { color: #444 } }", "DesktopDark"),
        ];
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        await visit.Looks("as it is");
        foreach (var (style, screen) in faults)
        {
            await visit.Open(Path);
            await visit.Page.EvaluateAsync(
                "style => { const sheet = new CSSStyleSheet(); sheet.replaceSync(style); document.adoptedStyleSheets = [sheet]; }", style);
            var failure = await Assert.ThrowsAnyAsync<Exception>(() => visit.Looks("spoiled"));
            Assert.Contains(screen, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_invisible_focus_is_noticed()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        await visit.Page.EvaluateAsync("() => document.querySelectorAll('input, button').forEach(one => one.style.outline = 'none')");
        await Assert.ThrowsAnyAsync<Exception>(new Keys(visit).Tab);
    }

    [Fact]
    public async Task Text_that_a_page_copies_on_a_click_can_be_read()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server);
        await visit.Open(Path);
        await visit.Page.EvaluateAsync(
            """
            () => document.querySelector('h1').addEventListener('click', async () => {
                await navigator.clipboard.writeText('copied');
                document.title = 'done';
            })
            """);
        using var clipboard = await Clipboard.Take();
        await visit.Page.Locator("h1").ClickAsync();
        await Expect(visit.Page).ToHaveTitleAsync("done");
        Assert.Equal("copied", await Clipboard.Read(visit.Page));
    }

    [Fact]
    public async Task A_visitor_has_the_chosen_language_and_time_zone()
    {
        await using var server = await RunningServer.Start();
        var visit = await Visit(server, locale: "ar-EG", timeZone: "Asia/Tokyo");
        await visit.Open(Path);
        Assert.Equal("ar-EG", await visit.Page.EvaluateAsync<string>("navigator.language"));
        Assert.Equal("Asia/Tokyo", await visit.Page.EvaluateAsync<string>("Intl.DateTimeFormat().resolvedOptions().timeZone"));
    }

    [Fact]
    public async Task Figures_measure_bytes_and_layout_shift_and_the_same_bytes_each_time()
    {
        await using var server = await RunningServer.Start();
        var light = await (await Visit(server)).Measure("/reset");
        Assert.InRange(light.Bytes, 1_000, 100_000);
        Assert.Equal(light.Bytes, (await (await Visit(server)).Measure("/reset")).Bytes);

        var visit = await Visit(server);
        var style = new byte[50_000];
        Array.Fill(style, (byte)' ');
        await visit.Page.RouteAsync("**/app*.css", route => route.FulfillAsync(new() { ContentType = "text/css", BodyBytes = style }));
        await visit.Page.AddInitScriptAsync(
            """
            new PerformanceObserver(() => document.body.prepend(document.createElement('hr')))
                .observe({ type: 'largest-contentful-paint' });
            """);
        var heavy = await visit.Measure("/reset");
        Assert.True(heavy.Shift > 0 && light.Shift == 0, $"{heavy} {light}");
        Assert.InRange(heavy.Bytes, 50_000, 60_000);
    }
}

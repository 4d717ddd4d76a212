using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>A page with a circuit: a plain table that becomes a grid, and what is said when the connection is lost.</summary>
public sealed class CircuitTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Path = "/recent-demo";

    [Theory, ClassData(typeof(Sizes))]
    public async Task Every_state_looks_right_on_every_screen(Screen screen)
    {
        await using var server = await Serve();
        var visit = await Visit(server, screen);
        await Begin(visit);
        await visit.LooksByDayAndNight("circuit-grid");
        await visit.Page.Locator("#burn-3").ClickAsync();
        await Expect(visit.Button("Keep")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("circuit-asks");
        await visit.Field("Recipient contains").FillAsync("nobody");
        await Expect(visit.Page.GetByText("Nothing here.")).ToBeVisibleAsync();
        await visit.LooksByDayAndNight("circuit-empty");
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').showModal()");
        await visit.LooksByDayAndNight("circuit-lost");
        await visit.Page.EvaluateAsync("() => document.getElementById('components-reconnect-modal').close()");
        await visit.Page.EvaluateAsync("() => document.getElementById('blazor-error-ui').style.display = 'block'");
        await visit.LooksByDayAndNight("circuit-failed");
    }

    [Theory, ClassData(typeof(Sizes))]
    public async Task Nothing_moves_when_the_grid_takes_the_place_of_the_table(Screen screen)
    {
        await using var server = await Serve();
        var visit = await Visit(server, screen);
        var figures = await visit.Measure(Path);
        await Expect(Grid(visit)).ToBeVisibleAsync();
        Assert.InRange(figures.Bytes, 1, 100_000);
        Assert.InRange(figures.Paint, 1, 1_000);
        await visit.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        Assert.Equal(0, await visit.Page.EvaluateAsync<double>("() => figures.shift"));
        var places = await Places(visit);
        var plain = await Visit(server, screen, script: false);
        await plain.Open(Path);
        Assert.Equal(await Places(plain), places);
    }

    [Fact]
    public async Task Keys_alone_sort_and_burn_and_the_focus_is_never_lost()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await Begin(visit);
        await visit.Button("Recipient").PressAsync("Enter");
        await Expect(visit.Page.Locator("th[aria-sort=ascending]")).ToHaveTextAsync("Recipient");
        await Expect(visit.Page.Locator("tbody tr").Nth(1)).ToContainTextAsync("so***10@");
        await Expect(visit.Button("Recipient")).ToBeFocusedAsync();

        await visit.Page.Locator("#burn-12").PressAsync("Enter");
        await Expect(visit.Button("Keep")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("#burn-12")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Keep")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Shift+Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator("tr", new() { HasText = "so***12@" })).ToContainTextAsync("Destroyed");
        await Expect(visit.Page.Locator("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Without_script_the_form_filters_the_plain_table()
    {
        await using var server = await Serve();
        var visit = await Visit(server, script: false);
        await visit.Open(Path);
        await visit.Field("State").SelectOptionAsync("Not opened yet");
        await visit.Field("Recipient contains").FillAsync("so***1");
        await visit.Press("Filter");
        await Expect(Rows(visit)).ToHaveCountAsync(3);
        await Expect(visit.Page.GetByRole(AriaRole.Link, new() { Name = "Destroy" }).First)
            .ToHaveAttributeAsync("href", "/receipt/12/burn");
    }

    [Fact]
    public async Task What_is_typed_before_the_circuit_has_begun_is_kept_and_done()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var go = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/_framework/*", async route =>
        {
            await go.Task;
            await route.ContinueAsync();
        });
        await visit.Page.GotoAsync(Path, new() { WaitUntil = WaitUntilState.Commit });
        await visit.Field("Recipient contains").PressSequentiallyAsync("so***22");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        go.SetResult();
        await Expect(Grid(visit)).ToBeVisibleAsync();
        await Expect(Rows(visit)).ToHaveCountAsync(1);
        await Expect(visit.Field("Recipient contains")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Backspace");
        await Expect(visit.Field("Recipient contains")).ToHaveValueAsync("so***2");
        await Expect(Rows(visit)).ToHaveCountAsync(7);
    }

    [Fact]
    public async Task A_lost_connection_is_said_and_all_goes_on_where_it_was()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        var (sockets, reachable) = (new List<IWebSocketRoute>(), true);
        await visit.Page.RouteWebSocketAsync("**/_blazor", socket =>
        {
            sockets.Add(socket);
            if (reachable)
                socket.ConnectToServer();
            else
                _ = socket.CloseAsync();
        });
        await Begin(visit);
        await visit.Page.Locator("#burn-3").ClickAsync();
        await Expect(visit.Button("Yes, destroy")).ToBeVisibleAsync();
        visit.Expects("onnection");
        visit.Expects("WebSocket");
        reachable = false;
        await sockets[0].CloseAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "The connection is lost" })).ToBeVisibleAsync();
        reachable = true;
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await visit.Press("Yes, destroy");
        await Expect(Rows(visit).Nth(2)).ToContainTextAsync("Destroyed");
    }

    [Fact]
    public async Task A_circuit_that_the_server_has_forgotten_begins_anew_from_what_the_address_says()
    {
        await using var server = await RunningServer.Start(
            null, builder => builder.Services.Configure<CircuitOptions>(circuits => circuits.DisconnectedCircuitMaxRetained = 0));
        var visit = await Visit(server);
        var connections = new List<IWebSocketRoute>();
        await visit.Page.RouteWebSocketAsync("**/_blazor", socket => connections.AddRange([socket.ConnectToServer(), socket]));
        await Begin(visit);
        await visit.Field("Recipient contains").FillAsync("so***1");
        await Expect(Rows(visit)).ToHaveCountAsync(11);
        visit.Expects("onnection");
        visit.Expects("WebSocket");
        await visit.Page.EvaluateAsync("() => window.before = true");
        foreach (var end in connections.ToList())
            await end.CloseAsync();
        await visit.Page.WaitForFunctionAsync("() => !window.before");
        await Expect(Grid(visit)).ToBeVisibleAsync();
        await Expect(visit.Field("Recipient contains")).ToHaveValueAsync("so***1");
        await Expect(Rows(visit)).ToHaveCountAsync(11);
    }

    [Fact]
    public async Task Where_no_socket_comes_through_the_plain_page_stays_and_works()
    {
        await using var server = await Serve();
        var visit = await Visit(server);
        await visit.Page.RouteWebSocketAsync("**/_blazor", socket => _ = socket.CloseAsync());
        await visit.Open(Path);
        await visit.Complains("Failed to start the circuit");
        visit.Expects("WebSocket failed to connect");
        visit.Expects("Circuit host not initialized");
        await Expect(visit.Alert()).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await visit.Field("Recipient contains").FillAsync("so***1");
        await visit.Press("Filter");
        await Expect(Rows(visit)).ToHaveCountAsync(11);
        await visit.LooksByDayAndNight("circuit-none");
    }

    private static ILocator Grid(Visit visit) => visit.Page.Locator("main .mud-data-grid");

    private static ILocator Rows(Visit visit) => visit.Page.Locator("main tbody tr");

    private static async Task Begin(Visit visit)
    {
        await visit.Open(Path);
        await Expect(Grid(visit)).ToBeVisibleAsync();
    }

    /// <summary>Where each cell begins and ends.</summary>
    private static Task<string[]> Places(Visit visit) => visit.Page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll('main :is(th, td):not(:empty)')].map(cell => {
            const { x, y, width, height } = cell.getBoundingClientRect();
            return [x, y, width, height].join(' ');
        })
        """);
}

using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using OneTimeSecret.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace OneTimeSecret.Tests.Browser;

/// <summary>A page with a circuit: a plain table becomes a grid, and a lost connection is shown.</summary>
public sealed class CircuitTests(Chromium chromium) : BrowserTests(chromium)
{
    private const string Anna = "anna@example.com";

    /// <summary>Waits until all changes are drawn.</summary>
    private const string Frames = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))";

    [Theory, ClassData(typeof(Sizes))]
    public async Task Nothing_moves_when_the_grid_replaces_the_plain_table(Screen screen)
    {
        await using var server = await Serve();
        await server.ShareAll(await server.Owner());
        using var reader = await server.SignIn(back: "/recent");
        var plain = await Visit(server, screen, script: false);
        await plain.GoesOnFor(reader);
        await plain.Open("/recent");
        var visit = await Visit(server, screen);
        await visit.GoesOnFor(reader);
        var go = await visit.HoldsCircuits();
        await visit.Page.GotoAsync(visit.Address("/recent"), new() { WaitUntil = WaitUntilState.Commit });
        await Expect(visit.Page.Locator("#announcement")).ToBeAttachedAsync();
        await visit.Page.EvaluateAsync(Frames);
        await visit.Page.EvaluateAsync(
            """
            () => {
                window.shift = 0;
                new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value)).observe({ type: 'layout-shift' });
            }
            """);
        go();
        await Expect(visit.Grid()).ToBeVisibleAsync();
        await visit.Page.EvaluateAsync(Frames);
        Assert.Equal(0, await visit.Page.EvaluateAsync<double>("() => shift"));
        Assert.Equal(await Places(plain), await Places(visit));
    }

    [Fact]
    public async Task Sorting_paging_and_burning_work_by_keyboard_and_never_lose_the_focus()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        var (_, oldest) = await server.ShareAs(owner);
        for (var i = 0; i < 25; i++)
            await server.ShareAs(owner);
        var visit = await Visit(server);
        await Begin(visit);
        await visit.Field("Order").PressAsync("ArrowDown");
        await Expect(visit.Rows().First).ToContainTextAsync(oldest.ShortId());
        await Expect(visit.Field("Order")).ToBeFocusedAsync();
        await visit.Button("Next page").PressAsync("Enter");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await Expect(visit.Page.Locator("#main")).ToBeFocusedAsync();
        await visit.Button("Previous page").PressAsync("Enter");
        await Expect(visit.Rows()).ToHaveCountAsync(25);
        await Expect(visit.Page.Locator("#main")).ToBeFocusedAsync();

        var burn = visit.Page.Locator($"[id='burn-{oldest.ShortId()}']");
        await burn.PressAsync("Enter");
        await Expect(visit.Button("Keep")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Keep")).ToHaveCountAsync(0);
        await Expect(burn).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Button("Keep")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Shift+Tab");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Rows().First).ToContainTextAsync("Destroyed");
        await Expect(visit.Page.Locator("#main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Without_script_the_form_filters_the_plain_table()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        var (_, metadata) = await server.ShareAs(owner, [Anna]);
        await server.TryBurn((await server.ShareAs(owner, [Anna])).Metadata);
        await server.ShareAs(owner, ["bob@example.com"]);
        var visit = await Visit(server, script: false);
        await visit.OpensSignedIn(server, "/recent");
        await visit.Field("Recipient or id").FillAsync(Anna);
        await visit.Press("Show");
        await Expect(visit.Rows()).ToHaveCountAsync(2);
        await Expect(visit.Rows().First).ToContainTextAsync("Destroyed");
        await visit.Field("Order").SelectOptionAsync("Oldest first");
        await visit.Press("Show");
        await Expect(visit.Rows().Nth(1)).ToContainTextAsync("Destroyed");
        await visit.Field("State").SelectOptionAsync("Not opened yet");
        await visit.Press("Show");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await Expect(visit.Field("Recipient or id")).ToHaveValueAsync(Anna);
        await Expect(visit.Link("Destroy")).ToHaveAttributeAsync("href", $"/recent/{Convert.ToHexStringLower(metadata.Id)}/burn");
    }

    [Fact]
    public async Task Input_typed_before_the_circuit_starts_is_kept_and_applied()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        await server.ShareAs(owner, [Anna]);
        await server.ShareAs(owner, ["bob@example.com"]);
        var visit = await Visit(server);
        await visit.SignsIn("/");
        var go = await visit.HoldsCircuits();
        await visit.Page.GotoAsync(visit.Address("/recent"), new() { WaitUntil = WaitUntilState.Commit });
        await visit.Field("Recipient or id").PressSequentiallyAsync(Anna + "x");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        go();
        await Expect(visit.Page.GetByText("Nothing of yours is like that.")).ToBeVisibleAsync();
        await visit.IsLive();
        await Expect(visit.Field("Recipient or id")).ToBeFocusedAsync();
        await visit.Page.Keyboard.PressAsync("Delete");
        await Expect(visit.Field("Recipient or id")).ToHaveValueAsync(Anna);
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await Expect(visit.Rows()).ToContainTextAsync(["an***@e***.com"]);
    }

    [Fact]
    public async Task A_lost_connection_is_shown_and_the_page_continues_after_reconnecting()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        for (var i = 0; i < 3; i++)
            await server.ShareAs(owner, [Anna], i == 0 ? Steps.Passphrase : null);
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
        await visit.Button("Destroy").Nth(2).ClickAsync();
        await Expect(visit.Button("Yes, destroy")).ToBeVisibleAsync();
        visit.Expects("onnection");
        visit.Expects("WebSocket");
        reachable = false;
        await sockets[0].CloseAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "The connection is lost" })).ToBeVisibleAsync();
        reachable = true;
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await visit.Press("Yes, destroy");
        await Expect(visit.Rows().Nth(2)).ToContainTextAsync("Destroyed");
    }

    [Fact]
    public async Task A_circuit_that_the_server_has_dropped_restarts_with_the_filters_of_the_address()
    {
        await using var server = await RunningServer.Start(
            null, builder => builder.Services.Configure<CircuitOptions>(circuits => circuits.DisconnectedCircuitMaxRetained = 0));
        var owner = await server.Owner();
        await server.ShareAs(owner, [Anna]);
        await server.ShareAs(owner);
        var visit = await Visit(server);
        var connections = new List<IWebSocketRoute>();
        await visit.Page.RouteWebSocketAsync("**/_blazor", socket => connections.AddRange([socket.ConnectToServer(), socket]));
        await Begin(visit);
        await visit.Field("Recipient or id").FillAsync(Anna);
        await visit.Press("Show");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await Expect(visit.Page).ToHaveURLAsync(Steps.Whole(".*/recent\\?search=.*"));
        visit.Expects("onnection");
        visit.Expects("WebSocket");
        await visit.Page.EvaluateAsync("() => window.before = true");
        foreach (var end in connections.ToList())
            await end.CloseAsync();
        await visit.Page.WaitForFunctionAsync("() => !window.before");
        await Expect(visit.Grid()).ToBeVisibleAsync();
        await Expect(visit.Field("Recipient or id")).ToHaveValueAsync(Anna);
        await Expect(visit.Rows()).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Without_WebSockets_the_plain_page_stays_and_works()
    {
        await using var server = await Serve();
        var owner = await server.Owner();
        await server.ShareAs(owner, [Anna]);
        await server.ShareAs(owner);
        var visit = await Visit(server);
        await visit.Page.RouteWebSocketAsync("**/_blazor", socket => _ = socket.CloseAsync());
        await visit.OpensSignedIn(server, "/recent");
        await visit.Complains("Failed to start the circuit");
        visit.Expects("WebSocket failed to connect");
        visit.Expects("Circuit host not initialized");
        await Expect(visit.Alert()).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await visit.Field("Recipient or id").FillAsync(Anna);
        await visit.Press("Show");
        await Expect(visit.Rows()).ToHaveCountAsync(1);
        await visit.Looks("recent-no-socket");
        await visit.Follow("Destroy");
        await visit.Sees("Destroy this secret unread?");
    }

    private static async Task Begin(Visit visit)
    {
        await visit.SignsIn("/recent");
        await Expect(visit.Grid()).ToBeVisibleAsync();
    }

    /// <summary>Place and size of each cell, field and button.</summary>
    private static Task<string[]> Places(Visit visit) => visit.Page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll('main :is(:is(th, td):not(:empty), label, input, select, .actions > *)')].map(cell => {
            const { x, y, width, height } = cell.getBoundingClientRect();
            return [x, y, width, height].join(' ');
        })
        """);
}

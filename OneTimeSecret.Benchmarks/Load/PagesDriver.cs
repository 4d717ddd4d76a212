using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Measures how soon the system's Chromium paints the first load of each page, with an empty cache and a processor slowed down four times.
/// Each round also loads a bare page. The ratio to it is the result, because absolute times vary with the load of the machine.
/// </summary>
internal static class PagesDriver
{
    private const string Shell = "/usr/bin/chromium-headless-shell";
    private const int Rounds = 15;
    private const int SlowDown = 4;
    private const string Email = "owner@example.com";
    private const string Password = "a long enough password";

    private const string Paint =
        """
        () => new Promise(done => new PerformanceObserver(list => requestAnimationFrame(() => requestIdleCallback(
            () => done(Math.max(...list.getEntries().map(entry => entry.startTime))))))
            .observe({ type: 'largest-contentful-paint', buffered: true }))
        """;

    public static async Task Run()
    {
        await using var bare = await BarePage();
        await using var server = await InProcess.Start("--Limits:Enabled=false");
        await using (var scope = server.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(Email, Password);
        var receipt = ((ConcealOutcome.Concealed)await server.Services.GetRequiredService<ConcealSecret>().Run(
            Encoding.UTF8.GetBytes("the value"), new SecretDraft("a passphrase", null), new Caller("192.0.2.1"), CancellationToken.None))
            .Receipt;
        (string Name, Uri Address)[] pages =
        [
            ("bare page", new Uri(bare.Urls.First())),
            .. ((string[])
                ["/", $"/secret/{receipt.SecretKey}", $"/receipt/{receipt.MetadataKey}", "/docs/api", "/security", "/signin", "/recent"])
                .Select(path => (string.Join('/', path.Split('/').Take(2)), new Uri(server.Address, path))),
        ];

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = File.Exists(Shell) ? Shell : "/usr/bin/chromium",
            Args =
            [
                "--disable-gpu", "--disable-background-networking",
                .. Environment.IsPrivilegedProcess ? ["--no-sandbox"] : Array.Empty<string>(),
            ],
        });
        var session = await SignIn(browser, server.Address);
        var paints = pages.ToDictionary(page => page.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
            foreach (var (name, address) in pages)
            {
                var paint = await Load(browser, session, address);
                if (round > 0) // the first round warms up
                    paints[name].Add(paint);
            }
        var unit = Median(paints[pages[0].Name]);
        foreach (var (name, _) in pages)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-12} painted after {Median(paints[name]),6:F0} ms, {Median(paints[name]) / unit,5:F2} times the bare page"));
    }

    private static async Task<WebApplication> BarePage()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/", () => Results.Content("<!doctype html><html lang=en><title>Bare</title><h1>Bare</h1><p>A page.</p>", "text/html"));
        await app.StartAsync();
        return app;
    }

    /// <summary>Signs in and returns the browser's storage state with the session cookie.</summary>
    private static async Task<string> SignIn(IBrowser browser, Uri server)
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(server, "/signin").ToString());
        await page.Locator("input[type=email]").FillAsync(Email);
        await page.Locator("input[type=password]").FillAsync(Password);
        await page.Locator("input[type=password]").PressAsync("Enter");
        await page.WaitForURLAsync(address => !address.Contains("signin", StringComparison.Ordinal));
        return await context.StorageStateAsync();
    }

    private static async Task<double> Load(IBrowser browser, string session, Uri address)
    {
        await using var context = await browser.NewContextAsync(new() { StorageState = session });
        var page = await context.NewPageAsync();
        var devTools = await context.NewCDPSessionAsync(page);
        await devTools.SendAsync("Emulation.setCPUThrottlingRate", new(StringComparer.Ordinal) { ["rate"] = SlowDown });
        await page.GotoAsync(address.ToString());
        return await page.EvaluateAsync<double>(Paint);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}

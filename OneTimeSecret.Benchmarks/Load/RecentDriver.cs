using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>Measures the list of an account with very many receipts, from the request to the last byte of the page.</summary>
internal static partial class RecentDriver
{
    private const int Receipts = 100_000;
    private const int Visits = 50;
    private const string Email = "owner@example.com";
    private const string Password = "a long enough password";

    public static async Task Run()
    {
        await using var server = await InProcess.Start("--Limits:Enabled=false", "--Jobs:PurgeSeconds=86400");
        await using var scope = server.Services.CreateAsyncScope();
        var account = await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(Email, Password);
        using var http = new HttpClient { BaseAddress = server.Address };
        await SignInForm.Send(http, Email, Password);

        var empty = await Visit(http, "nothing yet", "/recent");
        await Fill(server.Services, new SignedIn(account.Id, Email, MayMail: true, TokenScopes.All));
        var first = await Visit(http, "first page", "/recent");
        var page = await http.GetStringAsync(new Uri("/recent", UriKind.Relative));
        await Visit(http, "next page", Next().Match(page).Groups["path"].Value.Replace("&amp;", "&", StringComparison.Ordinal));
        foreach (var view in (string[])["sort=oldest", "sort=latest", "state=new", "state=burned", "state=received&sort=soonest"])
            await Visit(http, view, "/recent?" + view);
        Say($"first page with {Receipts} receipts / without any: {first / empty:F2}");
        var start = Stopwatch.GetTimestamp();
        var csv = await http.GetByteArrayAsync(new Uri("/recent/export.csv", UriKind.Relative));
        Say($"export: {csv.Length / 1e6:F1} MB in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
    }

    private static async Task Fill(IServiceProvider services, SignedIn owner)
    {
        var conceal = services.GetRequiredService<ConcealSecret>();
        var caller = new Caller("192.0.2.1", owner);
        await Parallel.ForAsync(0, Receipts, new ParallelOptions { MaxDegreeOfParallelism = 100 }, async (_, stop) =>
            await conceal.Run("a value"u8.ToArray(), new SecretDraft(), caller, stop));
    }

    private static async Task<double> Visit(HttpClient http, string name, string path)
    {
        var times = new List<double>();
        for (var i = 0; i < Visits; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await http.GetStringAsync(new Uri(path, UriKind.Relative));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        var median = times.Order().ElementAt(Visits / 2);
        Say($"{name}: median {median:F1} ms, longest {times.Max():F1} ms (first request {times[0]:F1} ms; target: at most 300 ms)");
        return median;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex("id=\"next\" href=\"(?<path>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Next();
}

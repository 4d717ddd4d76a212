using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using OneTimeSecret.Core.Accounts.Administration;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Measures whether response times reveal which addresses have accounts (a timing side channel). It sends each form with known and unknown
/// addresses, in random order, each address once.
/// </summary>
internal static partial class TimingDriver
{
    private const int Accounts = 300;
    private const int WarmUp = 60;

    public static async Task Run()
    {
        string[] settings =
        [
            "--Mail:Transport=Pickup", "--Site:PublicUrl=http://127.0.0.1", "--Accounts:SignUp=Open", "--Limits:SignIns=1000000",
            "--Limits:LinksPerAsker=100000", "--Limits:SignUpMailsPerClient=100000", "--Limits:SignUpMailsPerHour=1000000",
            "--Jobs:DeliverSeconds=86400",
        ];
        await using var server = await InProcess.Start(settings);
        await using (var scope = server.Services.CreateAsyncScope())
            foreach (var i in Enumerable.Range(0, Accounts))
                await scope.ServiceProvider.GetRequiredService<AddAccount>().Run(Known(i), "a long enough password");
        foreach (var path in (string[])["/signin", "/forgot", "/signup"])
            await Compare(server.Address, path);
    }

    private static async Task Compare(Uri address, string path)
    {
        using var http = new HttpClient { BaseAddress = address };
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var form = Hidden().Matches(page).Select(m => KeyValuePair.Create(m.Groups["name"].Value, m.Groups["value"].Value))
            .DistinctBy(field => field.Key, StringComparer.Ordinal).Where(field => field.Key.StartsWith('_')).ToList();
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var i = 0; i < Accounts; i++)
        {
            var first = System.Security.Cryptography.RandomNumberGenerator.GetInt32(2) == 0;
            foreach (var hasAccount in (bool[])[first, !first])
            {
                var time = await Post(http, path, form, hasAccount ? Known(i) : $"nobody{i}@example.com");
                if (i >= WarmUp)
                    (hasAccount ? known : unknown).Add(time);
            }
        }
        Say($"{path}: median {Median(known):F2} ms known, {Median(unknown):F2} ms unknown, ratio {Median(known) / Median(unknown):F3}");
        Say($"  middle 90 %: {Range(known)} known, {Range(unknown)} unknown");
        Say($"  a known address takes longer than an unknown one in {100 * Longer(known, unknown):F0} % of pairs (50 %: no difference)");
    }

    private static async Task<double> Post(HttpClient http, string path, List<KeyValuePair<string, string>> form, string email)
    {
        KeyValuePair<string, string>[] fields =
            [.. form, new("Input.Email", email), new("Email", email), new("Input.Password", "wrong one")];
        using var content = new FormUrlEncodedContent(fields);
        var start = Stopwatch.GetTimestamp();
        using var answer = await http.PostAsync(new Uri(path, UriKind.Relative), content);
        await answer.Content.ReadAsStringAsync();
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if ((int)answer.StatusCode != 200)
            throw new InvalidOperationException($"{path} was answered {(int)answer.StatusCode} instead of 200.");
        return time;
    }

    private static string Known(int i) => $"somebody{i}@example.com";

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static string Range(List<double> times)
    {
        var sorted = times.Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 20]:F2} to {sorted[sorted.Count - 1 - (sorted.Count / 20)]:F2} ms");
    }

    private static double Longer(List<double> one, List<double> other) => one.Average(a => other.Average(b => a > b ? 1 : 0.0));

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Hidden();
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Opens the event streams of many receipts and prints the memory per stream and the delay of a reveal's event (docs/adr/0005).
/// </summary>
internal static class LiveDriver
{
    private const int Idle = 2000;
    private const int Revealed = 50;
    private static readonly TimeSpan Heartbeats = TimeSpan.FromSeconds(65); // two heartbeats

    public static async Task Run()
    {
        await using var server = await ServerProcess.Start(
            "--Limits:LivePagesPerClient=10000", "--Limits:LivePages=20000",
            "--Limits:ConnectionsPerClient=10000", "--Limits:Connections=20000");
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan };

        foreach (var (key, events) in await Open(http, 10))
            await Reveal(http, key, events); // warms up
        var watched = await Open(http, Revealed);
        var secrets = await Share(http, Idle);
        await server.Quiet();
        var (resident, own) = (server.WorkingSet, server.PrivateMemory);
        var idle = new List<(string Key, StreamReader Events)>();
        foreach (var receipt in secrets)
            idle.Add((receipt.Secret, await Watch(http, receipt.Metadata)));
        await Task.Delay(Heartbeats);
        await server.Quiet();
        Say($"{Idle} idle streams: working set {Megabytes(resident)} to {Megabytes(server.WorkingSet)} MB, "
            + $"private {Megabytes(own)} to {Megabytes(server.PrivateMemory)} MB");
        Say($"each: {Kilobytes(server.WorkingSet - resident)} kB of working set, "
            + $"{Kilobytes(server.PrivateMemory - own)} kB private (target: at most 50)");

        var times = new List<(double Answer, double Event)>();
        foreach (var (key, events) in watched)
            times.Add(await Reveal(http, key, events));
        Say($"reveal to its answer: {Spread(times.ConvertAll(time => time.Answer))}");
        Say($"reveal to its event:  {Spread(times.ConvertAll(time => time.Event))}");
        watched.Concat(idle).ToList().ForEach(stream => stream.Events.Dispose());
    }

    private static async Task<List<(string Key, StreamReader Events)>> Open(HttpClient http, int count)
    {
        var streams = new List<(string, StreamReader)>();
        foreach (var (secret, metadata) in await Share(http, count))
            streams.Add((secret, await Watch(http, metadata)));
        return streams;
    }

    private static async Task<List<(string Secret, string Metadata)>> Share(HttpClient http, int count)
    {
        var made = new List<(string, string)>();
        for (var i = 0; i < count; i++)
        {
            using var content = new FormUrlEncodedContent([new("secret", "a short secret")]);
            using var answer = await http.PostAsync(new Uri("/api/v1/share", UriKind.Relative), content);
            var receipt = await answer.Content.ReadFromJsonAsync<JsonElement>();
            made.Add((receipt.GetProperty("secret_key").GetString()!, receipt.GetProperty("metadata_key").GetString()!));
        }
        return made;
    }

    private static async Task<StreamReader> Watch(HttpClient http, string metadata)
    {
        var events = new StreamReader(await http.GetStreamAsync(new Uri($"/receipt/{metadata}/events", UriKind.Relative)));
        return await events.ReadLineAsync() is "data: new" ? events : throw new InvalidOperationException("The stream did not begin.");
    }

    /// <summary>Milliseconds from the start of the reveal to its answer and to its event.</summary>
    private static async Task<(double Answer, double Event)> Reveal(HttpClient http, string key, StreamReader events)
    {
        var start = Stopwatch.GetTimestamp();
        var arrival = Arrival();
        using var answer = await http.PostAsync(new Uri($"/api/v1/secret/{key}", UriKind.Relative), content: null);
        var answered = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return (answered, await arrival);

        async Task<double> Arrival()
        {
            while (await events.ReadLineAsync() is not "data: received") { }
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    private static string Spread(List<double> times)
    {
        times.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"median {times[times.Count / 2]:F1} ms, max {times[^1]:F1} ms");
    }

    private static long Megabytes(long bytes) => bytes / 1024 / 1024;

    private static string Kilobytes(long bytes) => (bytes / 1024.0 / Idle).ToString("F1", CultureInfo.InvariantCulture);

    private static void Say(string text) => Console.WriteLine(text);
}

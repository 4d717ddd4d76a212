using System.Globalization;

namespace OneTimeSecret.Benchmarks.Load;

/// <summary>
/// Sends load to its own server over loopback. The main result is a ratio between two phases of the same run, because absolute figures
/// depend on the machine.
/// </summary>
internal static class LoadDriver
{
    private const int PlainClients = 8;
    private const int GuessingClients = 50;
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(10);

    public static async Task Run()
    {
        await using var server = await ServerProcess.Start();
        Say($"start to first 200: {server.Startup.TotalSeconds:F2} s");
        await Measure(server, "warm-up", guessing: 0);
        var alone = await Measure(server, "plain creates and reveals alone", guessing: 0);
        var beside = await Measure(server, $"beside {GuessingClients} clients that create and guess passphrases", GuessingClients);
        Say($"p99 beside hashing / alone: {beside / alone:F2} (target: at most 3)");
        Say($"working set: {server.WorkingSet / 1024 / 1024} MB");
    }

    /// <summary>The 99th percentile of the plain clients' calls, in milliseconds.</summary>
    private static async Task<double> Measure(ServerProcess server, string name, int guessing)
    {
        var plain = Enumerable.Range(0, PlainClients).Select(_ => new Client(server.Address)).ToList();
        var guessers = Enumerable.Range(0, guessing).Select(_ => new Client(server.Address)).ToList();
        using var stop = new CancellationTokenSource(Phase);
        await Task.WhenAll(
        [
            .. plain.Select(client => client.CreateAndReveal(stop.Token)),
            .. guessers.Select(client => client.CreateAndGuess(stop.Token)),
        ]);

        var times = plain.SelectMany(client => client.Times).Order().ToList();
        var p99 = times[(int)(times.Count * 0.99)];
        Say($"{name}: {times.Count / Phase.TotalSeconds:F0} calls/s, median {times[times.Count / 2]:F1} ms, p99 {p99:F1} ms");
        if (guessing > 0)
            Say($"  {guessers.Sum(client => client.Times.Count)} passphrase calls, {guessers.Sum(client => client.Busy)} answered 503");
        plain.Concat(guessers).ToList().ForEach(client => client.Dispose());
        return p99;
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

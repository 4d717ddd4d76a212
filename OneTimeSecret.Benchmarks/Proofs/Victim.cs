using System.Diagnostics;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// Clients that work at their own pace, and measure how long each call takes: a script, and people of other networks who sign in and use
/// passphrases now and then.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="number">Makes the addresses different from those of other victims, because limits count them for minutes.</param>
internal sealed class Victim(Uri server, int number)
{
    /// <summary>The calls that are measured.</summary>
    public static readonly string[] Calls = ["create", "reveal", "sign-in", "passphrase reveal"];

    private const int People = 4;

    /// <summary>Between the calls of the script.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Between the calls of a person.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(6);

    private readonly Dictionary<string, List<double>> _times =
        Calls.ToDictionary(call => call, _ => new List<double>(), StringComparer.Ordinal);

    private readonly Lock _writing = new();

    /// <summary>Calls that were answered 503.</summary>
    public int Busy { get; private set; }

    /// <summary>Calls that failed otherwise.</summary>
    public int Failed { get; private set; }

    /// <summary>Works for some time.</summary>
    public async Task Run(TimeSpan time)
    {
        using var stop = new CancellationTokenSource(time);
        await Task.WhenAll([Plain(stop.Token), .. Enumerable.Range(0, People).Select(person => Slow(person, stop.Token))]);
    }

    /// <summary>The 99th percentile of a call in milliseconds. With fewer than a hundred calls it is the longest.</summary>
    public double P99(string call) => _times[call] is { Count: > 0 } times ? times.Order().ElementAt(times.Count * 99 / 100) : double.NaN;

    public int Count(string call) => _times[call].Count;

    private async Task Plain(CancellationToken stop)
    {
        using var peer = new ApiPeer(server, Addresses.Header($"198.51.100.{number}"));
        while (!stop.IsCancellationRequested)
        {
            var made = await Measure("create", () => peer.Share("a+short+secret"));
            if (made.Field("secret_key") is { } key)
                await Measure("reveal", () => peer.Reveal(key));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task Slow(int person, CancellationToken stop)
    {
        var address = Addresses.Header($"198.18.{person}.{number}");
        using var peer = new ApiPeer(server, address);
        using var visitor = new Visitor(server, address);
        await visitor.Open("/signin");
        await Rest(LongPause * person / People);
        while (!stop.IsCancellationRequested)
        {
            await Measure("sign-in", async () => new Answer(await visitor.SignIn(FuzzTarget.Owner) switch
            {
                302 or 303 => Told.Done,
                503 => Told.Busy,
                _ => Told.Refused,
            }, ""));
            visitor.SignOut();
            await Rest(LongPause);
            var made = await peer.Share("guarded", "correct+horse");
            await Rest(LongPause);
            if (made.Field("secret_key") is { } key)
                await Measure("passphrase reveal", () => peer.Reveal(key, "correct+horse"));
            else
                Count(made.Told);
            await Rest(LongPause);
        }

        async Task Rest(TimeSpan time) => await Task.Delay(time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<Answer> Measure(string call, Func<Task<Answer>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var answer = await run();
        if (answer.Told == Told.Done)
            lock (_writing)
                _times[call].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        else
            Count(answer.Told);
        return answer;
    }

    private void Count(Told told)
    {
        lock (_writing)
        {
            Busy += told == Told.Busy ? 1 : 0;
            Failed += told == Told.Busy ? 0 : 1;
        }
    }
}

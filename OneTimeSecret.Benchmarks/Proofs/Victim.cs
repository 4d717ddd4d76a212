using System.Diagnostics;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>A client that works at its own pace from one address, and measures how long each call takes.</summary>
internal sealed class Victim(Uri server, string address)
{
    /// <summary>The calls that are measured.</summary>
    public static readonly string[] Calls = ["create", "reveal", "sign-in", "passphrase reveal"];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Between calls that need a slow hash, which a person makes now and then.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(3);

    private readonly string _header = Addresses.Header(address);
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
        await Task.WhenAll(Plain(stop.Token), Slow(stop.Token));
    }

    /// <summary>The 99th percentile of a call in milliseconds. With fewer than a hundred calls it is the longest.</summary>
    public double P99(string call) => _times[call] is { Count: > 0 } times ? times.Order().ElementAt(times.Count * 99 / 100) : double.NaN;

    public int Count(string call) => _times[call].Count;

    private async Task Plain(CancellationToken stop)
    {
        using var peer = new ApiPeer(server, _header);
        while (!stop.IsCancellationRequested)
        {
            var made = await Measure("create", () => peer.Share("a+short+secret"));
            if (made.Field("secret_key") is { } key)
                await Measure("reveal", () => peer.Reveal(key));
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task Slow(CancellationToken stop)
    {
        using var peer = new ApiPeer(server, _header);
        using var visitor = new Visitor(server, _header);
        await visitor.Open("/signin");
        while (!stop.IsCancellationRequested)
        {
            await Measure("sign-in", async () => new Answer(await visitor.SignIn(FuzzTarget.Owner) switch
            {
                302 or 303 => Told.Done,
                503 => Told.Busy,
                _ => Told.Refused,
            }, ""));
            visitor.SignOut();
            await Rest(stop);
            var made = await peer.Share("guarded", "correct+horse");
            await Rest(stop);
            if (made.Field("secret_key") is { } key)
                await Measure("passphrase reveal", () => peer.Reveal(key, "correct+horse"));
            else
                Count(made.Told);
            await Rest(stop);
        }

        static async Task Rest(CancellationToken stop) =>
            await Task.Delay(LongPause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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

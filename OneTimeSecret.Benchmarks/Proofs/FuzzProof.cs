using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using OneTimeSecret.Benchmarks.Load;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// Sends requests to every endpoint, as nobody, as an owner and as an administrator. Limits are off, so that all requests get as deep as
/// they can.
/// </summary>
internal sealed class FuzzProof
{
    private const int Connections = 32;
    private const int MostMegabytes = 300;
    private static readonly byte[] Mark = Encoding.ASCII.GetBytes(Entry.Prefix);

    private static readonly string[] Settings =
    [
        "--Limits:Enabled=false", "--Accounts:SignUp=Open", "--Passphrases:BcryptCost=10", "--Passphrases:QueueLength=10000",
        "--Passphrases:QueuePerClient=10000", "--Passphrases:QueuePerNetwork=10000",
    ];

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly ConcurrentQueue<string> _samples = new();
    private readonly Books _books;
    private readonly ProofSettings _settings;
    private int _sent;
    private int _leaks;
    private int _earned;

    private FuzzProof(ProofSettings settings) => (_settings, _books) = (settings, new Books(settings.Seed));

    public static Task<IReadOnlyList<Claim>> Run(ProofSettings settings) => new FuzzProof(settings).Run();

    private async Task<IReadOnlyList<Claim>> Run()
    {
        var folder = ProofSettings.NewFolder();
        try
        {
            var target = await FuzzTarget.Prepare(folder);
            await using var server = await ServerProcess.StartOn(folder, null, Settings);
            await target.Plant(server.Address, _books);
            await target.SignIn(server.Address);
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Connections).Select(i => Task.Run(() => Send(server, target, i))));
            var seconds = watch.Elapsed.TotalSeconds;
            return await Judge(server, target, seconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Send(ServerProcess server, FuzzTarget target, int thread)
    {
        var dice = new Dice(_settings.Seed).Of(thread);
        var requests = new FuzzRequests(target, dice);
        using Wire wire = new(server.Address), bare = new(server.Address);
        using var peer = new ApiPeer(server.Address);
        for (int sent; (sent = Interlocked.Increment(ref _sent)) <= _settings.Requests;)
        {
            if (sent % 200 == 0)
                await Earn(peer);
            if (sent % 20_000 == 0)
                await target.SignIn(server.Address);
            if (sent % 50_000 == 0)
                _settings.Say($"fuzz: {sent} requests, {server.WorkingSet / 1024 / 1024} MB, statuses {Statuses()}");
            var shot = requests.Next();
            if (!shot.Ends)
                Check(await wire.Ask(shot.Bytes, shot.IsHead), shot);
            else
                foreach (var reply in await bare.AskAndEnd(shot.Bytes))
                    Check(reply, shot);
        }
    }

    /// <summary>A valid create and a valid reveal, which earns the value.</summary>
    private async Task Earn(ApiPeer peer)
    {
        var entry = _books.Open();
        if (entry.Created(await peer.Share(entry.Value)) == Told.Done && entry.Revealed(await peer.Reveal(entry.SecretKey!)) == Told.Done)
            Interlocked.Increment(ref _earned);
        else
            _samples.Enqueue("a valid create or reveal was refused");
    }

    private void Check(Reply reply, Shot shot)
    {
        _statuses.AddOrUpdate(reply.Status, 1, (_, count) => count + 1);
        var leaks = reply.Holds(Mark);
        if (leaks)
            Interlocked.Increment(ref _leaks);
        if ((leaks || IsFault(reply.Status)) && _samples.Count < 20)
            _samples.Enqueue($"{reply.Status}{(leaks ? " with a secret" : "")} for {Printable(shot.Bytes)}");
    }

    private async Task<IReadOnlyList<Claim>> Judge(ServerProcess server, FuzzTarget target, double seconds)
    {
        var peak = server.PeakMegabytes;
        await _books.Settle(server.Address, target.Open);
        using var peer = new ApiPeer(server.Address);
        var guarded = 0;
        foreach (var entry in target.Guarded)
            guarded += (await peer.Receipt(entry.MetadataKey!)).Field("state") is "new" ? 1 : 0;
        var log = server.Log;
        var (errors, others) = (log.Where(KillProof.IsError).ToList(), log.Where(line => !KillProof.IsError(line)).ToList());
        string[] keys =
            [Entry.Prefix, .. target.Open.Concat(target.Guarded).SelectMany(entry => (string[])[entry.SecretKey!, entry.MetadataKey!])];
        var logged = log.Count(line => Array.Exists(keys, key => line.Contains(key, StringComparison.Ordinal)));
        foreach (var sample in _samples.Concat(errors.DistinctBy(line => Categories([line]), StringComparer.Ordinal)))
            _settings.Say("fuzz: " + (sample.Length > 600 ? sample[..600] : sample));
        var faults = _statuses.Where(status => IsFault(status.Key)).Sum(status => status.Value);
        return
        [
            Claim.Of($"fuzz: {_settings.Requests} requests: no status of 500 or above, and none without an answer in time", faults == 0,
                $"{target.Api.Count + target.Others.Count} endpoints, {_settings.Requests / seconds:F0} requests/s; statuses {Statuses()}"),
            Claim.Of("fuzz: no line at the level of errors", errors.Count == 0,
                $"{errors.Count} lines ({Categories(errors)}), {others.Count} others ({Categories(others)})"),
            Claim.Of("fuzz: no answer and no line of the log shows a secret or key that it should not", _leaks == 0 && logged == 0,
                $"{_leaks} answers, {logged} lines; {_earned} valid reveals got theirs"),
            Claim.Of("fuzz: no secret was taken", _books.AreRight && guarded == target.Guarded.Count,
                $"{_books.Settled} without a passphrase are there (faults: {_books.Faults}), and {guarded} with one"),
            Claim.Of($"fuzz: the server uses at most {MostMegabytes} MB", peak <= MostMegabytes, $"{peak} MB at most"),
        ];
    }

    /// <summary>505 is Kestrel's own answer to a version of HTTP that it does not speak.</summary>
    private static bool IsFault(int status) => status is -1 or (>= 500 and not 505);

    /// <summary>The categories of lines, with their counts.</summary>
    private static string Categories(IEnumerable<string> lines) => string.Join(", ", lines
        .CountBy(line => line.Split(' ') is [_, var category, ..] ? category : line, StringComparer.Ordinal)
        .OrderByDescending(category => category.Value).Take(8).Select(category => $"{category.Value} {category.Key}"));

    private string Statuses() => string.Join(", ", _statuses.OrderBy(status => status.Key)
        .Select(status => $"{(status.Key == 0 ? "none" : status.Key == -1 ? "late" : status.Key)}: {status.Value}"));

    private static string Printable(byte[] bytes) => string.Concat(
        bytes.Take(500).Select(value => value is >= 0x20 and < 0x7F ? ((char)value).ToString() : $"\\x{value:x2}"));
}

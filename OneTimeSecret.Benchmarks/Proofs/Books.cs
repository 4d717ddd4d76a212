using System.Collections.Concurrent;
using System.Globalization;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>
/// The secrets of a proof, and what became of them: every acknowledged create must be revealable once, or was revealed or burned once. A
/// reveal without an answer may have disclosed the value, and then the next one may be refused. Nothing may be shown twice.
/// </summary>
internal sealed class Books(ulong seed)
{
    private const int Peers = 16;

    private readonly ConcurrentDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private int _made;
    private int _settled;
    private int _shown;
    private int _vanished;

    /// <summary>Secrets whose fate is settled.</summary>
    public int Settled => _settled;

    /// <summary>Settled secrets whose value somebody saw.</summary>
    public int Shown => _shown;

    /// <summary>Settled secrets that are gone although nobody saw them, because the answer was cut.</summary>
    public int Vanished => _vanished;

    public int Lost => _faults.GetValueOrDefault(Entry.Lost);

    public int Doubled => _faults.GetValueOrDefault(Entry.Doubled);

    public bool AreRight => _faults.IsEmpty;

    /// <summary>Everything that is wrong, with its count.</summary>
    public string Faults => _faults.IsEmpty
        ? "none" : string.Join(", ", _faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Value} {fault.Key}")));

    /// <summary>A new secret of at least <paramref name="length"/> characters.</summary>
    public Entry Open(int length = 0, string? passphrase = null) => new(
        string.Create(CultureInfo.InvariantCulture, $"{seed:x}-{Interlocked.Increment(ref _made):x8}."), length, passphrase);

    /// <summary>Creates secrets, all of which must be acknowledged.</summary>
    public async Task<IReadOnlyList<Entry>> Create(Uri server, int count, int length = 0)
    {
        var made = new ConcurrentBag<Entry>();
        await Spread(server, Enumerable.Range(0, count), async (peer, _) =>
        {
            var entry = Open(length);
            if (entry.Created(await peer.Share(entry.Value)) != Told.Done)
                throw new InvalidOperationException("A create was refused while nothing was wrong.");
            made.Add(entry);
        });
        return [.. made];
    }

    /// <summary>Reads the receipt of every acknowledged secret, reveals it twice, and notes what does not fit the books.</summary>
    public Task Settle(Uri server, IEnumerable<Entry> entries) =>
        Spread(server, entries.Where(entry => entry.SecretKey is not null), Settle);

    /// <summary>Runs <paramref name="act"/> for all items, with several connections.</summary>
    public static Task Spread<T>(Uri server, IEnumerable<T> items, Func<ApiPeer, T, Task> act)
    {
        var waiting = new ConcurrentQueue<T>(items);
        return Task.WhenAll(Enumerable.Range(0, Peers).Select(async _ =>
        {
            using var peer = new ApiPeer(server);
            while (waiting.TryDequeue(out var item))
                await act(peer, item);
        }));
    }

    /// <summary>At the end nothing is wrong with the server, so every call must be answered. Else nothing can be judged.</summary>
    private static string? NoAnswer(params ReadOnlySpan<Answer> answers)
    {
        foreach (var answer in answers)
            if (answer.Told is not (Told.Done or Told.Refused))
                return $"answered {answer.Told} at the end";
        return null;
    }

    private async Task Settle(ApiPeer peer, Entry entry)
    {
        var receipt = await peer.Receipt(entry.MetadataKey!);
        var (last, again) = (await peer.Reveal(entry.SecretKey!, entry.Passphrase), await peer.Reveal(entry.SecretKey!, entry.Passphrase));
        var (shown, shownAgain) = (Shows(last), Shows(again));
        if ((NoAnswer(receipt, last, again) ?? entry.Judge(receipt.Field("state"), shown, shownAgain)) is { } fault)
            _faults.AddOrUpdate(fault, 1, (_, count) => count + 1);
        Interlocked.Increment(ref _settled);
        if (entry.Shown > 0 || shown)
            Interlocked.Increment(ref _shown);
        else if (entry.IsUnsure)
            Interlocked.Increment(ref _vanished);

        bool Shows(Answer answer) => answer.Body.Contains(entry.Value, StringComparison.Ordinal);
    }
}

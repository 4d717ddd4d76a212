using System.Collections.Concurrent;

namespace OneTimeSecret.Benchmarks.Proofs;

/// <summary>Clients that create, reveal, burn and read receipts without pause, and write down what they were told.</summary>
internal sealed class MixedLoad(Uri server, Books books, Dice dice)
{
    private const int Clients = 24;
    private const int Largest = 9000;

    private readonly ConcurrentBag<Entry> _entries = [];
    private readonly ConcurrentQueue<Entry> _open = new();
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopped;
    private int _running;
    private int _acknowledged;

    /// <summary>Ends with the first acknowledged create.</summary>
    public Task Began => _began.Task;

    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>Secrets whose create was acknowledged.</summary>
    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>Calls that have been sent and not answered.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Runs until <see cref="Stop"/>.</summary>
    public Task Run() => Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => Client(dice.Of(i)))));

    /// <summary>Sends nothing more.</summary>
    public void Stop() => _stopped = true;

    private async Task Client(Dice own)
    {
        using ApiPeer peer = new(server), rival = new(server), third = new(server);
        while (!_stopped)
        {
            Interlocked.Increment(ref _running);
            await Act(own, peer, rival, third);
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task Act(Dice own, ApiPeer peer, ApiPeer rival, ApiPeer third)
    {
        var roll = own.Below(100);
        if (roll < 45 || !_open.TryDequeue(out var entry))
            await Create(own, peer);
        else if (roll < 60)
            entry.Revealed(await peer.Reveal(entry.SecretKey!));
        else if (roll < 72) // three at once
            await Task.WhenAll(Reveal(peer, entry), Reveal(rival, entry), Burn(third, entry));
        else if (roll < 80)
        {
            entry.Cut();
            await peer.CutReveal(entry.SecretKey!);
        }
        else if (roll < 90)
            entry.Burned(await peer.Burn(entry.MetadataKey!));
        else
            await peer.Receipt(entry.MetadataKey!); // and leaves the secret for the end
    }

    private async Task Create(Dice own, ApiPeer peer)
    {
        var entry = books.Open(own.Chance(300) ? own.Below(Largest) : 0);
        if (entry.Created(await peer.Share(entry.Value)) != Told.Done)
            return;
        _entries.Add(entry);
        Interlocked.Increment(ref _acknowledged);
        _open.Enqueue(entry);
        _began.TrySetResult();
    }

    private static async Task Reveal(ApiPeer peer, Entry entry) => entry.Revealed(await peer.Reveal(entry.SecretKey!));

    private static async Task Burn(ApiPeer peer, Entry entry) => entry.Burned(await peer.Burn(entry.MetadataKey!));
}

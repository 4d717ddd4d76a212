using System.Diagnostics.Metrics;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Core.Crypto;

/// <summary>What is hashed. Each has waiting places of its own.</summary>
public enum HashedText
{
    /// <summary>The passphrase of a secret.</summary>
    Passphrase,

    /// <summary>The password of an account.</summary>
    Password,
}

/// <summary>
/// Limits how many slow hashes of passphrases and passwords run at a time. A few callers wait in a queue, and others get
/// <see cref="ServerBusyException"/>. So neither honest users nor guessing clients can starve requests that need no hash.
/// </summary>
/// <remarks>
/// Waiting places are shared by clients and networks (<see cref="FairQueue{T}"/>), so a flood is refused and delayed itself, not the
/// others. Passphrases and passwords wait in different queues, which are served in turns: no flood of passphrases refuses or delays a
/// sign-in. A network's only hash need not wait for those of a flood, and hardly shares its core with them (docs/adr/0012).
/// </remarks>
public sealed class HashingGate
{
    /// <summary>Hashes after which a network no longer counts as served lately.</summary>
    private const int Window = 8;

    private readonly Counter<long> _hashes =
        Telemetry.Meter.CreateCounter<long>("ots.passphrase.hashes", description: "Passphrase hashes computed.");

    private readonly Lock _entering = new();
    private readonly FairQueue<Waiter> _passphrases;
    private readonly FairQueue<Waiter> _passwords;
    private readonly int _places;
    private readonly int _reserve;
    private readonly Dictionary<string, int> _ofNetworks = new(StringComparer.Ordinal); // callers that wait or have a slot
    private FairQueue<Waiter> _next;
    private int _running;

    /// <summary>Creates a gate.</summary>
    /// <param name="concurrency">Hashes at a time, at least 1.</param>
    /// <param name="reserve">Further ones of networks that have no other running or waiting.</param>
    /// <param name="queueLength">
    /// Callers that may wait for the hash of a passphrase, and as many for that of a password. Further callers get
    /// <see cref="ServerBusyException"/>.
    /// </param>
    /// <param name="perClient">Callers of one client that may wait in each queue, at least 1.</param>
    /// <param name="perNetwork">Callers of one network that may wait in each queue, at least 1.</param>
    public HashingGate(int concurrency, int reserve, int queueLength, int perClient, int perNetwork)
    {
        (_places, _reserve) = (concurrency, reserve);
        _passphrases = new(queueLength, perClient, perNetwork, Window);
        _passwords = new(queueLength, perClient, perNetwork, Window);
        _next = _passwords;
    }

    /// <summary>The number of waiting callers.</summary>
    internal int Waiting
    {
        get
        {
            lock (_entering)
                return _passphrases.Count + _passwords.Count;
        }
    }

    /// <summary>Runs <paramref name="work"/> with a slot. Meanwhile the request has no turn on the processor.</summary>
    /// <inheritdoc cref="Enter"/>
    internal Task<T> Run<T>(HashedText text, string client, Func<Slot, Task<T>> work, CancellationToken cancellation) =>
        Turn.Outside(async () =>
        {
            using var slot = await Enter(text, client, cancellation);
            return await work(slot);
        });

    /// <summary>Waits for a slot. Dispose it as soon as the hash is computed.</summary>
    /// <param name="text">What is hashed.</param>
    /// <param name="client">The caller's network identity: an IPv4 address or an IPv6 /64.</param>
    /// <param name="cancellation">Frees the waiting place at once.</param>
    /// <exception cref="ServerBusyException">The queue, or the share of the client or its network, is full.</exception>
    public async Task<Slot> Enter(HashedText text, string client, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var (queue, key) = (text == HashedText.Password ? _passwords : _passphrases, QueueKey.Of(client));
        Waiter waiter;
        Waiter? displaced;
        lock (_entering)
        {
            var isOnly = !_ofNetworks.ContainsKey(key.Network);
            waiter = new Waiter(key.Network, isOnly);
            if (_running < _places + (isOnly ? _reserve : 0)) // then nobody waits who may go first
            {
                Arrive(key.Network);
                _running++;
                queue.Charge(key.Network, 1);
                return new Slot(this, key.Network, isOnly);
            }
            if (!queue.TryAdd(key, waiter, out displaced))
                throw new ServerBusyException();
            Arrive(key.Network);
            if (displaced is not null)
                Depart(displaced.Network);
        }
        displaced?.SetException(new ServerBusyException());
        await using var giveUp = cancellation.UnsafeRegister((_, token) => GiveUp(queue, key, waiter, token), null);
        return await waiter.Task;
    }

    private void Arrive(string network) => _ofNetworks[network] = _ofNetworks.GetValueOrDefault(network) + 1;

    private void Depart(string network)
    {
        if (--_ofNetworks[network] == 0)
            _ofNetworks.Remove(network);
    }

    private void GiveUp(FairQueue<Waiter> queue, QueueKey key, Waiter waiter, CancellationToken cancellation)
    {
        bool waited;
        lock (_entering)
        {
            waited = queue.Remove(key, waiter);
            if (waited)
                Depart(key.Network);
        }
        if (waited) // otherwise it has just been let in or displaced
            waiter.SetCanceled(cancellation);
    }

    private void Leave(string network)
    {
        Waiter? next;
        lock (_entering)
        {
            Depart(network);
            next = TakeNext(onlySingle: _running > _places);
            if (next is null)
                _running--;
        }
        next?.SetResult(new Slot(this, next.Network, next.IsOnly));
    }

    /// <summary>The queues take turns, as long as somebody waits in both.</summary>
    private Waiter? TakeNext(bool onlySingle)
    {
        var (first, second) = (_next, _next == _passwords ? _passphrases : _passwords);
        if (From(first) is { } waiter)
        {
            _next = second;
            return waiter;
        }
        return From(second); // it stays the turn of the first

        Waiter? From(FairQueue<Waiter> queue) => onlySingle ? queue.TakeNextSingle() : queue.TakeNext();
    }

    private sealed class Waiter(string network, bool isOnly)
        : TaskCompletionSource<Slot>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public string Network => network;

        /// <summary>Whether its network had no other caller here when it came.</summary>
        public bool IsOnly => isOnly;
    }

    /// <summary>The right to compute hashes. Disposing it lets the next caller in.</summary>
    public sealed class Slot : IDisposable
    {
        // Whoever waits for the hash goes on elsewhere, not with the priority of its thread.
        private const TaskCreationOptions OnThreadOfItsOwn = TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach
            | TaskCreationOptions.RunContinuationsAsynchronously;

        private readonly HashingGate _gate;
        private readonly string _network;
        private readonly bool _isOnly;

        internal Slot(HashingGate gate, string network, bool isOnly) => (_gate, _network, _isOnly) = (gate, network, isOnly);

        /// <summary>
        /// Counts <paramref name="hash"/> and runs it on a thread of its own. The thread pool has one thread for each core at first, so a
        /// hash there would hold up all other requests. While its network has several, each leaves the processor to whoever else needs it.
        /// </summary>
        public Task<T> Run<T>(Func<T> hash)
        {
            _gate._hashes.Add(1);
            return Task.Factory.StartNew(
                () =>
                {
                    if (!_isOnly)
                        LowPriority.ForThisThread();
                    return hash();
                },
                CancellationToken.None, OnThreadOfItsOwn, TaskScheduler.Default);
        }

        /// <inheritdoc/>
        public void Dispose() => _gate.Leave(_network);
    }
}

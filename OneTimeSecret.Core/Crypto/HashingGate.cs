using System.Diagnostics;
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
/// sign-in. A network that used little lately need not wait for a flood's hash, and does not share its core with one
/// (docs/adr/0012).
/// </remarks>
public sealed class HashingGate
{
    /// <summary>Hashes after which a network no longer counts as served lately.</summary>
    private const int Window = 32;

    private readonly Counter<long> _hashes =
        Telemetry.Meter.CreateCounter<long>("ots.passphrase.hashes", description: "Passphrase hashes computed.");

    private readonly Lock _entering = new();
    private readonly FairQueue<Waiter> _passphrases;
    private readonly FairQueue<Waiter> _passwords;
    private readonly int _places;
    private readonly int _reserve;
    private FairQueue<Waiter> _next;
    private int _running;

    /// <summary>Creates a gate.</summary>
    /// <param name="concurrency">Hashes at a time, at least 1.</param>
    /// <param name="reserve">Further ones of networks that used little lately.</param>
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
        var waiter = new Waiter();
        Waiter? displaced;
        lock (_entering)
        {
            if (_running < _places + (Turn.Current is { IsLight: true } ? _reserve : 0)) // then nobody waits who may go first
            {
                _running++;
                queue.Charge(key.Network, 1);
                return new Slot(this);
            }
            if (!queue.TryAdd(key, waiter, out displaced))
                throw new ServerBusyException();
        }
        displaced?.SetException(new ServerBusyException());
        await using var giveUp = cancellation.UnsafeRegister((_, token) => GiveUp(queue, key, waiter, token), null);
        return await waiter.Task;
    }

    private void GiveUp(FairQueue<Waiter> queue, QueueKey key, Waiter waiter, CancellationToken cancellation)
    {
        bool waited;
        lock (_entering)
            waited = queue.Remove(key, waiter);
        if (waited) // otherwise it has just been let in or displaced
            waiter.SetCanceled(cancellation);
    }

    private void Leave()
    {
        Waiter? next;
        lock (_entering)
        {
            next = TakeNext(onlyLight: _running > _places);
            if (next is null)
                _running--;
        }
        next?.SetResult(new Slot(this));
    }

    /// <summary>The queues take turns, as long as somebody waits in both.</summary>
    private Waiter? TakeNext(bool onlyLight)
    {
        var (first, second) = (_next, _next == _passwords ? _passphrases : _passwords);
        if (first.TakeNext(onlyLight) is { } waiter)
        {
            _next = second;
            return waiter;
        }
        return second.TakeNext(onlyLight); // it stays the turn of the first
    }

    private sealed class Waiter() : TaskCompletionSource<Slot>(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The right to compute hashes. Disposing it lets the next caller in.</summary>
    public sealed class Slot : IDisposable
    {
        private readonly HashingGate _gate;

        internal Slot(HashingGate gate) => _gate = gate;

        /// <summary>
        /// Counts <paramref name="hash"/> and runs it on a thread of its own. The thread pool has one thread for each core at first, so a
        /// hash there would hold up all other requests. Unless the client's network used little lately, the hash leaves the processor to
        /// whoever else needs it.
        /// </summary>
        public Task<T> Run<T>(Func<T> hash)
        {
            _gate._hashes.Add(1);
            var turn = Turn.Current;
            var yields = turn is { IsLight: false };
            return Task.Factory.StartNew(
                () =>
                {
                    if (yields)
                        LowPriority.ForThisThread();
                    var start = Stopwatch.GetTimestamp();
                    try
                    {
                        return hash();
                    }
                    finally
                    {
                        turn?.Charge(Stopwatch.GetElapsedTime(start));
                    }
                },
                CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        }

        /// <inheritdoc/>
        public void Dispose() => _gate.Leave();
    }
}

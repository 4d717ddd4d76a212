using System.Diagnostics.Metrics;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// The one door to slow passphrase hashing: so many at a time, a short queue, then <see cref="ServerBusyException"/>.
/// Passphrases, wanted or guessed, can therefore never starve requests that need none.
/// </summary>
public sealed class HashingGate : IDisposable
{
    private readonly Counter<long> _hashes =
        Telemetry.Meter.CreateCounter<long>("ots.passphrase.hashes", description: "Passphrase hashes computed.");

    private readonly SemaphoreSlim _slots;
    private readonly int _capacity;
    private int _inside;

    /// <summary>A gate.</summary>
    /// <param name="concurrency">Hashes at a time, at least 1.</param>
    /// <param name="queueLength">Callers that may wait; the next one is told to come back later.</param>
    public HashingGate(int concurrency, int queueLength)
    {
        _slots = new SemaphoreSlim(concurrency);
        _capacity = concurrency + queueLength;
    }

    /// <summary>Waits for a slot. Hold it as briefly as the hashing needs.</summary>
    /// <exception cref="ServerBusyException">The queue is full.</exception>
    public async Task<Slot> Enter(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref _inside) > _capacity)
        {
            Interlocked.Decrement(ref _inside);
            throw new ServerBusyException();
        }
        try
        {
            await _slots.WaitAsync(cancellation);
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }
        return new Slot(this);
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    /// <summary>A place inside the gate; disposing it lets the next one in.</summary>
    public sealed class Slot : IDisposable
    {
        private readonly HashingGate _gate;

        internal Slot(HashingGate gate) => _gate = gate;

        /// <summary>Runs <paramref name="hash"/> on the thread pool and counts it.</summary>
        public Task<T> Run<T>(Func<T> hash)
        {
            _gate._hashes.Add(1);
            return Task.Run(hash);
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            _gate._slots.Release();
            Interlocked.Decrement(ref _gate._inside);
        }
    }
}

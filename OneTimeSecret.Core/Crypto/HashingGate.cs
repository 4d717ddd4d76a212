using System.Diagnostics.Metrics;

namespace OneTimeSecret.Core.Crypto;

/// <summary>
/// Limits how many slow hashes of passphrases and passwords run at a time. A few callers wait in a queue, and others get
/// <see cref="ServerBusyException"/>. So neither honest users nor guessing clients can starve requests that need no hash.
/// </summary>
public sealed class HashingGate : IDisposable
{
    private readonly Counter<long> _hashes =
        Telemetry.Meter.CreateCounter<long>("ots.passphrase.hashes", description: "Passphrase hashes computed.");

    private readonly SemaphoreSlim _slots;
    private readonly int _capacity;
    private int _inside;

    /// <summary>Creates a gate.</summary>
    /// <param name="concurrency">Hashes at a time, at least 1.</param>
    /// <param name="queueLength">Callers that may wait. Further callers get <see cref="ServerBusyException"/>.</param>
    public HashingGate(int concurrency, int queueLength)
    {
        _slots = new SemaphoreSlim(concurrency);
        _capacity = concurrency + queueLength;
    }

    /// <summary>Waits for a slot. Dispose it as soon as the hash is computed.</summary>
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

    /// <summary>The right to compute hashes. Disposing it lets the next caller in.</summary>
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

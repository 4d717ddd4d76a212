using System.Buffers.Binary;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Notifies the watchers of a receipt, in this process, when its secret is received or burned. It stores only receipts that are being
/// watched: concealing costs nothing here, and a claim costs one lookup.
/// </summary>
public sealed class ReceiptSignals
{
    private readonly Lock _changing = new();
    private readonly Dictionary<UInt128, Signal> _watched = [];

    /// <summary>Number of receipts that are being watched.</summary>
    internal int Watched
    {
        get
        {
            lock (_changing)
                return _watched.Count;
        }
    }

    /// <summary>Watches a receipt until the watch is disposed. Begin it before reading the state, so that no change is missed.</summary>
    /// <param name="receiptId">The receipt's lookup hash.</param>
    internal Watch Begin(byte[] receiptId)
    {
        var id = Short(receiptId);
        lock (_changing)
        {
            if (!_watched.TryGetValue(id, out var signal))
                _watched.Add(id, signal = new Signal());
            signal.Watchers++;
            return new Watch(this, id, signal.Final.Task);
        }
    }

    /// <summary>Signals that the secret was received or burned. Call it only after the commit: a rollback must not be announced.</summary>
    internal void Raise(byte[] receiptId, ReceiptState final)
    {
        Signal? signal;
        lock (_changing)
            _watched.TryGetValue(Short(receiptId), out signal);
        signal?.Final.TrySetResult(final);
    }

    private void End(UInt128 id)
    {
        lock (_changing)
            if (--_watched[id].Watchers == 0)
                _watched.Remove(id);
    }

    /// <summary>Half of the hash identifies a receipt reliably, and is fast to compare.</summary>
    private static UInt128 Short(byte[] receiptId) => BinaryPrimitives.ReadUInt128BigEndian(receiptId);

    /// <summary>The signal of one receipt, shared by all its watchers.</summary>
    private sealed class Signal
    {
        public int Watchers { get; set; }

        // Continuations do not run on the claim's thread: a slow page must not delay the answer with the value.
        public TaskCompletionSource<ReceiptState> Final { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One watcher of a receipt.</summary>
    internal sealed class Watch(ReceiptSignals signals, UInt128 id, Task<ReceiptState> final) : IDisposable
    {
        /// <summary>Completes with received or burned, once that has happened.</summary>
        public Task<ReceiptState> Final => final;

        /// <inheritdoc/>
        public void Dispose() => signals.End(id);
    }
}

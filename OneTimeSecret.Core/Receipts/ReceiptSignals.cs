using System.Buffers.Binary;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Tells those who watch a receipt what became of its secret, within this process. Knows only receipts that are being watched:
/// concealing costs nothing here, claiming one look.
/// </summary>
public sealed class ReceiptSignals
{
    private readonly Lock _changing = new();
    private readonly Dictionary<UInt128, Signal> _watched = [];

    /// <summary>Receipts that are being watched.</summary>
    internal int Watched
    {
        get
        {
            lock (_changing)
                return _watched.Count;
        }
    }

    /// <summary>Watches a receipt until the watch is disposed. Watch first and read then, so that no change falls between.</summary>
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

    /// <summary>Says that the secret was received or burned. Only ever after the commit: what may be undone is not announced.</summary>
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

    /// <summary>Half of a hash names a receipt well enough, and is compared at once.</summary>
    private static UInt128 Short(byte[] receiptId) => BinaryPrimitives.ReadUInt128BigEndian(receiptId);

    /// <summary>One receipt, shared by all that watch it.</summary>
    private sealed class Signal
    {
        public int Watchers { get; set; }

        // Never on the claimer's thread: a page that is slow to take the news must not delay the answer with the value.
        public TaskCompletionSource<ReceiptState> Final { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One who watches.</summary>
    internal sealed class Watch(ReceiptSignals signals, UInt128 id, Task<ReceiptState> final) : IDisposable
    {
        /// <summary>Received or burned, once it has happened.</summary>
        public Task<ReceiptState> Final => final;

        /// <inheritdoc/>
        public void Dispose() => signals.End(id);
    }
}

using System.Threading.Channels;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Tells the pages of an account that one of its receipts was created, adopted, received or burned, within this process. Knows only
/// accounts that are being watched; for all others a change costs one look.
/// </summary>
/// <remarks>
/// It says that something changed, not what: pages read again. It does not cover what no caller does: a secret that expires, a receipt
/// whose life ends; pages look again by themselves from time to time. Nor does it cover other instances, and verbs beside the server.
/// </remarks>
public sealed class RecentSignals(TimeProvider time)
{
    /// <summary>The least time between two signals to one page: however busy an account is, its pages read twice a second.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _changing = new();
    private readonly Dictionary<Guid, List<Watch>> _watched = [];

    /// <summary>Accounts that are being watched.</summary>
    internal int Watched
    {
        get
        {
            lock (_changing)
                return _watched.Count;
        }
    }

    /// <summary>Watches an account until the watch is disposed. Watch first and read then, so that no change falls between.</summary>
    /// <param name="accountId">The account's id.</param>
    public Watch Begin(Guid accountId)
    {
        var watch = new Watch(this, accountId, time);
        lock (_changing)
        {
            if (!_watched.TryGetValue(accountId, out var watches))
                _watched.Add(accountId, watches = []);
            watches.Add(watch);
        }
        return watch;
    }

    /// <summary>Says that the account's list changed. Only ever after the commit: what may be undone is not announced.</summary>
    /// <param name="accountId">The account; null, for nobody's receipts, is nobody's news.</param>
    internal void Raise(Guid? accountId)
    {
        if (accountId is not { } id)
            return;
        lock (_changing)
            if (_watched.TryGetValue(id, out var watches))
                foreach (var watch in watches)
                    watch.Mark();
    }

    private void End(Guid accountId, Watch watch)
    {
        lock (_changing)
            if (_watched.TryGetValue(accountId, out var watches) && watches.Remove(watch) && watches.Count == 0)
                _watched.Remove(accountId);
    }

    /// <summary>One page that watches. Only one at a time may wait for its next signal.</summary>
    public sealed class Watch : IDisposable
    {
        // Room for one: however much happens before the page looks, it is told once. The page goes on on a thread of its own, because
        // continuations are not synchronous: one that is slow must not delay the answer with the value.
        private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        private readonly RecentSignals _signals;
        private readonly Guid _accountId;
        private readonly TimeProvider _time;
        private long? _last;

        internal Watch(RecentSignals signals, Guid accountId, TimeProvider time) =>
            (_signals, _accountId, _time) = (signals, accountId, time);

        /// <summary>
        /// Waits until something has changed since the last call, or since the beginning; at least <see cref="Pace"/> after the last
        /// signal.
        /// </summary>
        /// <returns>True: read again. False: the watch was disposed.</returns>
        /// <exception cref="OperationCanceledException">Cancelled; nothing is lost, the next call tells.</exception>
        public async Task<bool> Next(CancellationToken cancellation)
        {
            if (!await _news.Reader.WaitToReadAsync(cancellation))
                return false;
            if (_last is { } last && Pace - _time.GetElapsedTime(last) is var left && left > TimeSpan.Zero)
                await Task.Delay(left, _time, cancellation);
            _last = _time.GetTimestamp();
            // Taken before the page reads: what happens from here on is news again.
            return _news.Reader.TryRead(out _);
        }

        internal void Mark() => _news.Writer.TryWrite(true);

        /// <inheritdoc/>
        public void Dispose()
        {
            _signals.End(_accountId, this);
            _news.Writer.TryComplete();
            _news.Reader.TryRead(out _);
        }
    }
}

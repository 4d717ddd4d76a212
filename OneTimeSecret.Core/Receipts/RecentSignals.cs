using System.Threading.Channels;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Notifies the pages of an account, in this process, that one of its receipts was created, adopted, received or burned. It stores only
/// accounts that are being watched. For all others a change costs one lookup.
/// </summary>
/// <remarks>
/// A signal says that something changed, but not what: pages read again. There is no signal when a secret or a receipt expires, nor for
/// changes by other instances or by verbs of the command line. So pages also read again from time to time.
/// </remarks>
public sealed class RecentSignals(TimeProvider time)
{
    /// <summary>Minimum time between two signals to one page: a page reads at most twice a second, however busy its account is.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    private readonly Lock _changing = new();
    private readonly Dictionary<Guid, List<Watch>> _watched = [];

    /// <summary>Number of accounts that are being watched.</summary>
    internal int Watched
    {
        get
        {
            lock (_changing)
                return _watched.Count;
        }
    }

    /// <summary>Watches an account until the watch is disposed. Begin it before reading the list, so that no change is missed.</summary>
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

    /// <summary>Signals that the account's list changed. Call it only after the commit: a rollback must not be announced.</summary>
    /// <param name="accountId">The account; null, for a receipt without an owner: does nothing.</param>
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

    /// <summary>One page that watches. Only one call of <see cref="Next"/> may wait at a time.</summary>
    public sealed class Watch : IDisposable
    {
        // Capacity 1: several changes before the page reads become one signal. Continuations do not run synchronously, so that a slow page
        // does not delay the answer with the value.
        private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        private readonly RecentSignals _signals;
        private readonly Guid _accountId;
        private readonly TimeProvider _time;
        private long? _last;

        internal Watch(RecentSignals signals, Guid accountId, TimeProvider time) =>
            (_signals, _accountId, _time) = (signals, accountId, time);

        /// <summary>
        /// Waits until something has changed since the last call, or since the watch began. Returns no earlier than <see cref="Pace"/>
        /// after the last signal.
        /// </summary>
        /// <returns>True: read again. False: the watch was disposed.</returns>
        /// <exception cref="OperationCanceledException">Cancelled. No signal is lost: the next call returns it.</exception>
        public async Task<bool> Next(CancellationToken cancellation)
        {
            if (!await _news.Reader.WaitToReadAsync(cancellation))
                return false;
            if (_last is { } last && Pace - _time.GetElapsedTime(last) is var left && left > TimeSpan.Zero)
                await Task.Delay(left, _time, cancellation);
            _last = _time.GetTimestamp();
            // Removed before the page reads, so that a change from here on gives a new signal.
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

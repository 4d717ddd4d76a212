namespace OneTimeSecret.Web.Http;

/// <summary>
/// Counts requests by who sent them, in windows that are the same for all: forgetting is dropping one dictionary, so memory is
/// bounded by the callers of one window. (The framework's limiters do the same by a clock of their own, which no test can move.)
/// </summary>
/// <param name="permits">Requests of one caller in a window.</param>
/// <param name="window">How long a window is.</param>
/// <param name="time">The clock.</param>
internal sealed class WindowCounter(long permits, TimeSpan window, TimeProvider time)
{
    private readonly Lock _counting = new();
    private readonly long _start = time.GetTimestamp();
    private Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>Counts a request; null, or how long until the next window if it is one too many.</summary>
    /// <param name="who">Who sent it.</param>
    /// <param name="own">Requests that are his own limit; null: what everybody has.</param>
    public TimeSpan? Refuse(string who, long? own = null)
    {
        lock (_counting)
        {
            var elapsed = time.GetElapsedTime(_start);
            var number = elapsed.Ticks / window.Ticks;
            if (number != _number)
                (_number, _counts) = (number, new(StringComparer.Ordinal));
            var count = _counts[who] = _counts.GetValueOrDefault(who) + 1;
            return count <= (own ?? permits) ? null : (window * (number + 1)) - elapsed;
        }
    }
}

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Counts requests per caller in fixed windows that are the same for all callers. A new window starts with an empty dictionary, so memory
/// is bounded by the callers of one window. (The framework's rate limiters use a clock that tests cannot control.)
/// </summary>
/// <param name="permits">Allowed requests of one caller per window.</param>
/// <param name="window">The length of a window.</param>
/// <param name="time">The clock.</param>
internal sealed class WindowCounter(long permits, TimeSpan window, TimeProvider time)
{
    private readonly Lock _counting = new();
    private readonly long _start = time.GetTimestamp();
    private Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>Counts a request. Returns the time until the next window if the limit is exceeded, otherwise null.</summary>
    /// <param name="who">The caller.</param>
    /// <param name="own">The caller's own limit. Null means the general one.</param>
    public TimeSpan? Refuse(string who, long? own = null)
    {
        lock (_counting)
        {
            var rest = Rest();
            var count = _counts[who] = _counts.GetValueOrDefault(who) + 1;
            return count <= (own ?? permits) ? null : rest;
        }
    }

    /// <summary>As <see cref="Refuse"/>, but counts nothing: tells whether the limit is already reached.</summary>
    public TimeSpan? Wait(string who)
    {
        lock (_counting)
        {
            var rest = Rest();
            return _counts.GetValueOrDefault(who) < permits ? null : rest;
        }
    }

    /// <summary>Begins the window of the current time. Returns the time until it ends.</summary>
    private TimeSpan Rest()
    {
        var elapsed = time.GetElapsedTime(_start);
        var number = elapsed.Ticks / window.Ticks;
        if (number != _number)
            (_number, _counts) = (number, new(StringComparer.Ordinal));
        return (window * (number + 1)) - elapsed;
    }
}

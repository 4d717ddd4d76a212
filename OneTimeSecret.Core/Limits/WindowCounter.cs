namespace OneTimeSecret.Core.Limits;

/// <summary>
/// Counts what callers use (requests, bytes, mails) in fixed windows that are the same for all callers. Every such count of the server
/// goes through this type, so that several instances can share the counts later. (The framework's rate limiters use a clock that tests
/// cannot control.)
/// </summary>
/// <remarks>
/// A new window starts with an empty dictionary, and a window remembers at most <see cref="MostCallers"/> callers. Further callers pass
/// without being counted: whoever has so many addresses would not be stopped by a limit for each of them.
/// </remarks>
/// <param name="most">What one caller may use in a window.</param>
/// <param name="window">The length of a window.</param>
/// <param name="time">The clock.</param>
public sealed class WindowCounter(long most, TimeSpan window, TimeProvider time)
{
    /// <summary>Callers that one window remembers, which are some 2 MB.</summary>
    public const int MostCallers = 20_000;

    private readonly Lock _counting = new();
    private readonly long _start = time.GetTimestamp();
    private Dictionary<string, long> _used = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>
    /// Counts <paramref name="amount"/>. If the caller would then exceed the limit, counts nothing and returns the time until the next
    /// window, otherwise null.
    /// </summary>
    /// <param name="who">The caller.</param>
    /// <param name="amount">What it uses.</param>
    /// <param name="limit">The caller's own limit. Null means the general one.</param>
    public TimeSpan? Spend(string who, long amount = 1, long? limit = null)
    {
        lock (_counting)
        {
            var rest = Rest();
            if (_used.GetValueOrDefault(who) > (limit ?? most) - amount)
                return rest;
            if (_used.Count < MostCallers || _used.ContainsKey(who))
                _used[who] = _used.GetValueOrDefault(who) + amount;
            return null;
        }
    }

    /// <summary>As <see cref="Spend"/>, but counts nothing: tells whether the limit allows <paramref name="amount"/>.</summary>
    public TimeSpan? Wait(string who, long amount = 1)
    {
        lock (_counting)
        {
            var rest = Rest();
            return _used.GetValueOrDefault(who) > most - amount ? rest : null;
        }
    }

    /// <summary>
    /// Takes back what <see cref="Spend"/> counted at <paramref name="spent"/> (a timestamp of the clock), because it was not used after
    /// all. Does nothing if that window is over.
    /// </summary>
    public void Refund(string who, long amount, long spent)
    {
        lock (_counting)
        {
            Rest();
            if (Number(spent) == _number && _used.TryGetValue(who, out var used))
                _used[who] = Math.Max(0, used - amount);
        }
    }

    /// <summary>Whether the window remembers no further callers, and <paramref name="who"/> is not among them.</summary>
    internal bool IsFullFor(string who)
    {
        lock (_counting)
        {
            Rest();
            return _used.Count >= MostCallers && !_used.ContainsKey(who);
        }
    }

    /// <summary>Begins the window of the current time. Returns the time until it ends.</summary>
    private TimeSpan Rest()
    {
        var number = Number(time.GetTimestamp());
        if (number != _number)
            (_number, _used) = (number, new(StringComparer.Ordinal));
        return (window * (number + 1)) - time.GetElapsedTime(_start);
    }

    private long Number(long timestamp) => time.GetElapsedTime(_start, timestamp).Ticks / window.Ticks;
}

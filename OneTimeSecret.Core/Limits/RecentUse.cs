namespace OneTimeSecret.Core.Limits;

/// <summary>
/// What networks used of something lately: in the current window and in the one before. A window ends when a fixed amount was used, not
/// after some time, so it keeps at most as many networks as can use something in two windows. It is not safe for parallel use.
/// </summary>
/// <param name="window">The amount, at least 1.</param>
internal sealed class RecentUse(long window)
{
    private Dictionary<string, long> _now = new(StringComparer.Ordinal);
    private Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private long _usedNow;
    private long _usedBefore;

    /// <summary>What all networks used.</summary>
    public long Total => _usedNow + _usedBefore;

    /// <summary>What one network used. 0: nothing lately.</summary>
    public long Of(string network) => _now.GetValueOrDefault(network) + _before.GetValueOrDefault(network);

    /// <summary>Counts an amount that a network used.</summary>
    public void Add(string network, long amount)
    {
        _now[network] = _now.GetValueOrDefault(network) + amount;
        _usedNow += amount;
        if (_usedNow < window)
            return;
        (_now, _before) = (_before, _now);
        _now.Clear();
        (_usedBefore, _usedNow) = (_usedNow, 0);
    }
}

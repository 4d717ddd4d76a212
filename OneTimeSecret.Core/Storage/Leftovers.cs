namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Tracks whether the files may still hold deleted rows: whole rows in the write-ahead log until a checkpoint empties it, and pieces of
/// rows in page gaps until a scrub. The state is in memory. A start counts as a delete, because it may follow a crash. It needs no scrub if
/// the database is marked as scrubbed (<see cref="OtsDbContext.IsScrubbed"/>).
/// </summary>
public sealed class Leftovers(TimeProvider time)
{
    private readonly Lock _gate = new();
    private Instant _last = new(1, time.GetUtcNow());
    private DateTimeOffset? _unerased = time.GetUtcNow();
    private DateTimeOffset? _unscrubbed = time.GetUtcNow();
    private long _erased;

    /// <summary>The time of the oldest delete whose rows the files may still hold whole. Null: there is none. A health metric.</summary>
    public DateTimeOffset? OldestUnerased => Read(() => _unerased);

    /// <summary>The time of the oldest delete since the last scrub. Null: there is none, so no scrub is needed.</summary>
    public DateTimeOffset? OldestUnscrubbed => Read(() => _unscrubbed);

    /// <summary>The number of deletes so far.</summary>
    internal long Deletes => Read(() => _last.Deletes);

    /// <summary>The time of the last delete.</summary>
    public DateTimeOffset LastDelete => Read(() => _last.Time);

    /// <summary>Records that rows with sealed content were deleted. Must be called after the commit.</summary>
    /// <param name="count">How many rows.</param>
    public void Add(int count = 1)
    {
        lock (_gate)
        {
            _last = new(_last.Deletes + count, time.GetUtcNow());
            _unerased ??= _last.Time;
            _unscrubbed ??= _last.Time;
        }
    }

    /// <summary>The current instant, taken before an erasure begins. Deletes recorded until now are committed, so it erases them.</summary>
    internal Instant Now() => Read(() => _last with { Time = time.GetUtcNow() });

    /// <summary>Records that a checkpoint, begun after <paramref name="begun"/>, has emptied the log.</summary>
    /// <returns>How many deletes it erased.</returns>
    internal int Erased(Instant begun)
    {
        lock (_gate)
        {
            var count = Math.Max(0, begun.Deletes - _erased);
            _erased += count;
            _unerased = Rest(_unerased, begun);
            return (int)count;
        }
    }

    /// <summary>Records that the database is marked as scrubbed, so the start needs no scrub.</summary>
    internal void StartScrubbed()
    {
        lock (_gate)
            _unscrubbed = null;
    }

    /// <summary>Records that a scrub, begun after <paramref name="begun"/>, has ended. Old pages stay until a checkpoint.</summary>
    internal void Scrubbed(Instant begun)
    {
        lock (_gate)
        {
            _unerased ??= _unscrubbed;
            _unscrubbed = Rest(_unscrubbed, begun);
        }
    }

    /// <summary>The new value of <paramref name="oldest"/>. Null: no delete was recorded since <paramref name="begun"/>.</summary>
    private DateTimeOffset? Rest(DateTimeOffset? oldest, Instant begun) =>
        _last.Deletes == begun.Deletes || oldest is null ? null : oldest > begun.Time ? oldest : begun.Time;

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    /// <summary>A time and the number of deletes recorded until then, because two deletes can have the same time.</summary>
    internal sealed record Instant(long Deletes, DateTimeOffset Time);
}

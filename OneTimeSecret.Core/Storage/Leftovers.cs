namespace OneTimeSecret.Core.Storage;

/// <summary>
/// Knows whether the files may still hold what was deleted: in the write-ahead log until a checkpoint empties it, and torn pieces in
/// gaps of pages until a scrub. In memory only: a start counts as a delete, since a crash may have left something.
/// </summary>
public sealed class Leftovers(TimeProvider time)
{
    private readonly Lock _gate = new();
    private Instant _last = new(1, time.GetUtcNow());
    private DateTimeOffset? _unerased = time.GetUtcNow();
    private DateTimeOffset? _unscrubbed = time.GetUtcNow();
    private long _erased;

    /// <summary>The oldest delete that the files may still hold whole; null: there is none. A health figure.</summary>
    public DateTimeOffset? OldestUnerased => Read(() => _unerased);

    /// <summary>The oldest delete since the last scrub; null: there is none, and so nothing to scrub.</summary>
    public DateTimeOffset? OldestUnscrubbed => Read(() => _unscrubbed);

    /// <summary>When something was deleted last.</summary>
    public DateTimeOffset LastDelete => Read(() => _last.Time);

    /// <summary>Says that sealed content was deleted, after the commit.</summary>
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

    /// <summary>This instant, for whoever begins to erase: what is noted by now was committed, and will be gone.</summary>
    internal Instant Now() => Read(() => _last with { Time = time.GetUtcNow() });

    /// <summary>A checkpoint that began after <paramref name="begun"/> emptied the log.</summary>
    /// <returns>How many deletes were erased with it.</returns>
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

    /// <summary>A scrub that began after <paramref name="begun"/> wrote the database anew; old pages stay until a checkpoint.</summary>
    internal void Scrubbed(Instant begun)
    {
        lock (_gate)
        {
            _unerased ??= _unscrubbed;
            _unscrubbed = Rest(_unscrubbed, begun);
        }
    }

    /// <summary>What is left of <paramref name="oldest"/>: nothing, or deletes that were noted since the instant.</summary>
    private DateTimeOffset? Rest(DateTimeOffset? oldest, Instant begun) =>
        _last.Deletes == begun.Deletes || oldest is null ? null : oldest > begun.Time ? oldest : begun.Time;

    private T Read<T>(Func<T> read)
    {
        lock (_gate)
            return read();
    }

    /// <summary>A time, and how many deletes were noted until then: the clock alone could not tell two of one millisecond apart.</summary>
    internal sealed record Instant(long Deletes, DateTimeOffset Time);
}

namespace OneTimeSecret.Core.Clocks;

/// <summary>
/// The clock of the operating system. It may be wrong, and somebody may set it. Nearly everything uses <see cref="SteadyClock"/> instead.
/// Only what is compared with a time from outside needs this one: codes of authenticator apps, times of files, the scheduler.
/// </summary>
/// <param name="source">The clock, and the monotonic time that nobody can set.</param>
public sealed class SystemClock(TimeProvider source)
{
    /// <summary>The clock, and the monotonic time.</summary>
    public TimeProvider Source => source;

    /// <summary>What the clock says.</summary>
    public DateTimeOffset GetUtcNow() => source.GetUtcNow();
}

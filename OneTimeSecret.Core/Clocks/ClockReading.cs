namespace OneTimeSecret.Core.Clocks;

/// <summary>What the server's clock and the system's clock say at one moment.</summary>
public sealed record ClockReading
{
    /// <summary>Whether the two agree.</summary>
    public required ClockState State { get; init; }

    /// <summary>The time that the server uses.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The time of the system's clock.</summary>
    public required DateTimeOffset System { get; init; }

    /// <summary>The latest time that is beyond doubt. It is stored, so that a restart does not go back behind it.</summary>
    public required DateTimeOffset Certain { get; init; }

    /// <summary>Whether nothing may be deleted because of its age.</summary>
    public bool HoldsPurges { get; init; }

    /// <summary>How long purges are still held. Null: they are not held, or until the clock is corrected or accepted.</summary>
    public TimeSpan? HeldFor { get; init; }

    /// <summary>How far the system's clock is ahead of the time that is beyond doubt. Negative: it is behind.</summary>
    public TimeSpan Apart => System - Certain;
}

/// <summary>How the system's clock differs from the server's.</summary>
public enum ClockState
{
    /// <summary>Not more than <see cref="SteadyClock.Tolerance"/>.</summary>
    Agrees,

    /// <summary>It is behind. The server's time continues from the latest time that it has seen.</summary>
    Behind,

    /// <summary>It jumped ahead while the server was running. The server's time does not follow yet.</summary>
    Ahead,

    /// <summary>
    /// It was more than <see cref="SteadyClock.Leap"/> ahead when the server started. The server uses it, as after a long downtime, but
    /// does not rely on it yet.
    /// </summary>
    Leapt,
}

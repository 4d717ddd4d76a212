namespace OneTimeSecret.Core.Clocks;

/// <summary>
/// The time that the product uses (docs/adr/0015). It never goes back, so that nothing expired comes back: it is the latest time seen plus
/// the monotonic time since. It does not follow a jump ahead at once, so that one wrong reading does not make everything expire.
/// </summary>
public sealed class SteadyClock : TimeProvider
{
    /// <summary>A difference that is ignored. Corrections by NTP, and pauses of a virtual machine while it is saved, are smaller.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>The longest jump ahead that is believed without an operator: at once after a downtime, otherwise after an hour.</summary>
    public static readonly TimeSpan Leap = TimeSpan.FromDays(1);

    /// <summary>How long purges are held after the clock jumped, so that somebody can correct it.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromHours(1);

    private readonly SystemClock _system;

    /// <summary>The monotonic time is counted from here, because large numbers of it are rounded.</summary>
    private readonly long _begin;
    private readonly Lock _gate = new();

    /// <summary>The difference between the time that is beyond doubt and the monotonic time.</summary>
    private TimeSpan _certain;

    /// <summary>Whether the system's clock has not agreed with the stored time since the start.</summary>
    private bool _isStarting;

    /// <summary>The difference between the system's clock and the monotonic time after a jump, and since when. Null: they agree.</summary>
    private (TimeSpan Offset, TimeSpan Since)? _jump;

    /// <summary>Starts with the system's clock. <see cref="Resume"/> then continues from the stored time.</summary>
    public SteadyClock(SystemClock system)
    {
        (_system, _begin) = (system, system.Source.GetTimestamp());
        var (wall, monotonic) = Look();
        _certain = wall - monotonic;
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => _system.Source.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => _system.Source.TimestampFrequency;

    /// <summary>The <c>clock accept</c> that this clock follows. Null: none.</summary>
    internal Guid? Acceptance { get; private set; }

    /// <inheritdoc/>
    public override long GetTimestamp() => _system.Source.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _system.Source.CreateTimer(callback, state, dueTime, period);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Read().Time;

    /// <summary>Compares the clocks.</summary>
    public ClockReading Read()
    {
        var (wall, monotonic) = Look();
        lock (_gate)
        {
            Follow(wall - monotonic, monotonic);
            var certain = At(monotonic + _certain);
            var state = _jump is null ? ClockState.Agrees
                : wall - monotonic < _certain ? ClockState.Behind
                : _isStarting ? ClockState.Leapt
                : ClockState.Ahead;
            var left = _jump is { } jump ? Hold - (monotonic - jump.Since) : TimeSpan.Zero;
            var isEndless = state == ClockState.Ahead && wall - monotonic - _certain > Leap;
            return new ClockReading
            {
                State = state, System = At(wall), Certain = certain, Time = state == ClockState.Leapt ? At(wall) : certain,
                HoldsPurges = isEndless || left > TimeSpan.Zero,
                HeldFor = isEndless || left <= TimeSpan.Zero ? null : left,
            };
        }
    }

    /// <summary>Continues from a stored time, at a start.</summary>
    internal void Resume(StoredClock stored)
    {
        var (_, monotonic) = Look();
        lock (_gate)
        {
            Acceptance = stored.Acceptance;
            (_certain, _isStarting, _jump) = (SinceBegin(stored.Latest) - monotonic, true, null);
        }
    }

    /// <summary>Takes the time of the system's clock, even if it goes back.</summary>
    /// <param name="acceptance">The order to do so.</param>
    internal void Accept(Guid? acceptance)
    {
        var (wall, monotonic) = Look();
        lock (_gate)
        {
            Acceptance = acceptance;
            Trust(wall - monotonic);
        }
    }

    /// <summary>Both clocks. The monotonic time is read last: a pause in between must not make the wall clock seem to be ahead.</summary>
    private (TimeSpan Wall, TimeSpan Monotonic) Look()
    {
        var wall = SinceBegin(_system.GetUtcNow());
        var elapsed = (Int128)(_system.Source.GetTimestamp() - _begin) * TimeSpan.TicksPerSecond / _system.Source.TimestampFrequency;
        return (wall, TimeSpan.FromTicks((long)elapsed)); // GetElapsedTime rounds
    }

    private void Follow(TimeSpan offset, TimeSpan monotonic)
    {
        var apart = offset - _certain;
        if (apart.Duration() <= Tolerance || (_isStarting && apart > TimeSpan.Zero && apart <= Leap))
        {
            Trust(apart > TimeSpan.Zero ? offset : _certain);
            return;
        }
        if (_jump is not { } jump || (offset - jump.Offset).Duration() > Tolerance)
            _jump = jump = (offset, monotonic);
        if (apart > TimeSpan.Zero && monotonic - jump.Since >= Hold && (_isStarting || apart <= Leap))
            Trust(offset);
    }

    private void Trust(TimeSpan offset) => (_certain, _isStarting, _jump) = (offset, false, null);

    private static TimeSpan SinceBegin(DateTimeOffset time) => TimeSpan.FromTicks(time.UtcTicks);

    private static DateTimeOffset At(TimeSpan sinceBegin) => new(sinceBegin.Ticks, TimeSpan.Zero);
}

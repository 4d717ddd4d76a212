using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Clocks;

namespace OneTimeSecret.Tests.Clocks;

/// <summary>The rules of docs/adr/0015.</summary>
public sealed class SteadyClockTests
{
    private static readonly DateTimeOffset Begin = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SettableClock _wall = new(new FakeTimeProvider(Begin));
    private readonly SteadyClock _clock;

    public SteadyClockTests() => _clock = new SteadyClock(new SystemClock(_wall));

    private ClockReading Now => _clock.Read();

    [Fact]
    public void Small_corrections_are_followed_forward_and_never_back()
    {
        _wall.Set(TimeSpan.FromSeconds(50));
        Assert.Equal((Begin.AddSeconds(50), ClockState.Agrees), (Now.Time, Now.State));
        _wall.Set(TimeSpan.FromSeconds(-50));
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((Begin.AddSeconds(51), ClockState.Agrees, false), (Now.Time, Now.State, Now.HoldsPurges));
        _wall.Set(TimeSpan.FromSeconds(50));
        Assert.Equal(Begin.AddSeconds(51), _clock.GetUtcNow()); // repeated steps do not add up
    }

    [Theory, InlineData(10), InlineData(24 * 60), InlineData(10 * 365 * 24 * 60)]
    public void A_clock_that_goes_back_takes_no_time_back_and_holds_purges_for_an_hour(int minutes)
    {
        Pass(TimeSpan.FromHours(1));
        _wall.Set(TimeSpan.FromMinutes(-minutes));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((Begin.AddMinutes(61), ClockState.Behind, true), (Now.Time, Now.State, Now.HoldsPurges));
        Assert.Equal(Begin.AddMinutes(61), Now.Certain);
        Pass(TimeSpan.FromMinutes(60));
        Assert.Equal((Begin.AddMinutes(121), ClockState.Behind, false), (Now.Time, Now.State, Now.HoldsPurges));
        _wall.Set(TimeSpan.FromMinutes(minutes));
        Assert.Equal((Begin.AddMinutes(121), ClockState.Agrees), (Now.Time, Now.State));
    }

    [Theory, InlineData(60), InlineData(24 * 60)]
    public void A_jump_ahead_of_up_to_a_day_is_believed_after_an_hour(int minutes)
    {
        _wall.Set(TimeSpan.FromMinutes(minutes));
        Assert.Equal((Begin, ClockState.Ahead, true, SteadyClock.Hold), (Now.Time, Now.State, Now.HoldsPurges, Now.HeldFor));
        Pass(TimeSpan.FromMinutes(59));
        Assert.Equal((Begin.AddMinutes(59), true), (Now.Time, Now.HoldsPurges));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((Begin.AddMinutes(60 + minutes), ClockState.Agrees, false), (Now.Time, Now.State, Now.HoldsPurges));
    }

    [Theory, InlineData(2), InlineData(3650)]
    public void A_jump_ahead_of_more_than_a_day_is_never_believed_while_the_server_runs(int days)
    {
        _wall.Set(TimeSpan.FromDays(days));
        Assert.Equal(ClockState.Ahead, Now.State);
        Pass(TimeSpan.FromDays(7));
        Assert.Equal((Begin.AddDays(7), true, null), (Now.Time, Now.HoldsPurges, Now.HeldFor));
        Assert.Equal((Begin.AddDays(7), TimeSpan.FromDays(days)), (Now.Certain, Now.Apart));
        _wall.Set(TimeSpan.FromDays(-days));
        Assert.Equal((Begin.AddDays(7), ClockState.Agrees, false), (Now.Time, Now.State, Now.HoldsPurges));
    }

    [Fact]
    public void A_second_jump_begins_the_hour_again()
    {
        _wall.Set(TimeSpan.FromHours(2));
        Assert.True(Now.HoldsPurges);
        Pass(TimeSpan.FromMinutes(50));
        _wall.Set(TimeSpan.FromHours(1));
        Assert.True(Now.HoldsPurges);
        Pass(TimeSpan.FromMinutes(50));
        Assert.Equal((true, Begin.AddMinutes(100)), (Now.HoldsPurges, Now.Time));
        Pass(TimeSpan.FromMinutes(10));
        Assert.Equal((false, Begin.AddHours(2).AddHours(1).AddMinutes(110)), (Now.HoldsPurges, Now.Time));
    }

    [Fact]
    public void A_downtime_of_up_to_a_day_is_believed_at_once()
    {
        Resume(Begin.AddDays(-1));
        Assert.Equal((Begin, Begin, ClockState.Agrees), (Now.Time, Now.Certain, Now.State));
    }

    [Fact]
    public void A_longer_downtime_makes_things_expire_at_once_and_holds_purges_for_an_hour()
    {
        Resume(Begin.AddDays(-2));
        Assert.Equal((Begin, Begin.AddDays(-2), ClockState.Leapt, true), (Now.Time, Now.Certain, Now.State, Now.HoldsPurges));
        Pass(TimeSpan.FromHours(1));
        Assert.Equal((Begin.AddHours(1), Begin.AddHours(1), ClockState.Agrees), (Now.Time, Now.Certain, Now.State));
        Assert.False(Now.HoldsPurges);
    }

    [Fact]
    public void A_wrong_clock_at_the_start_that_is_corrected_within_the_hour_leaves_nothing_behind()
    {
        _wall.Set(TimeSpan.FromDays(3650));
        Resume(Begin.AddMinutes(-5));
        Assert.Equal((Begin.AddDays(3650), ClockState.Leapt), (Now.Time, Now.State));
        Pass(TimeSpan.FromMinutes(10));
        _wall.Set(TimeSpan.FromDays(-3650));
        Assert.Equal((Begin.AddMinutes(10), ClockState.Agrees, false), (Now.Time, Now.State, Now.HoldsPurges));
    }

    /// <summary>Machines without a battery start in the past, until NTP has set their clock.</summary>
    [Fact]
    public void A_clock_that_starts_in_the_past_continues_from_the_stored_time_and_may_then_be_set()
    {
        _wall.Set(TimeSpan.FromDays(-3650));
        Resume(Begin.AddDays(-7));
        Assert.Equal((Begin.AddDays(-7), ClockState.Behind, true), (Now.Time, Now.State, Now.HoldsPurges));
        _wall.Set(TimeSpan.FromDays(3650));
        Assert.Equal((Begin, ClockState.Leapt), (Now.Time, Now.State));
    }

    [Theory, InlineData(-24), InlineData(24 * 3650)]
    public void An_accepted_clock_is_followed_at_once_in_both_directions(int hours)
    {
        _wall.Set(TimeSpan.FromHours(hours));
        Assert.NotEqual(ClockState.Agrees, Now.State);
        _clock.Accept(Guid.NewGuid());
        Assert.Equal((Begin.AddHours(hours), ClockState.Agrees, false), (Now.Time, Now.State, Now.HoldsPurges));
    }

    [Fact]
    public void Timers_and_the_monotonic_time_are_those_of_the_system()
    {
        var rang = 0;
        using var timer = _clock.CreateTimer(_ => rang++, null, TimeSpan.FromMinutes(1), Timeout.InfiniteTimeSpan);
        _wall.Set(TimeSpan.FromDays(1));
        Assert.Equal((0, _wall.GetTimestamp()), (rang, _clock.GetTimestamp()));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(1, rang);
    }

    private void Pass(TimeSpan time) => _wall.Passing.Advance(time);

    private void Resume(DateTimeOffset latest) => _clock.Resume(new StoredClock { Id = StoredClock.OnlyId, Latest = latest });
}

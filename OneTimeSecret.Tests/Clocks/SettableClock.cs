using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Clocks;

namespace OneTimeSecret.Tests.Clocks;

/// <summary>A clock of an operating system: somebody may set it, and the monotonic time and timers do not notice.</summary>
/// <param name="time">The time that passes.</param>
internal sealed class SettableClock(FakeTimeProvider time) : TimeProvider
{
    /// <summary>How far the clock is ahead of the time that it began with.</summary>
    private TimeSpan _set;

    public FakeTimeProvider Passing => time;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + _set;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the clock forward or back.</summary>
    public void Set(TimeSpan by) => _set += by;
}

internal static class SettableClocks
{
    /// <summary>Lets a server begin at a time.</summary>
    public static void AddClock(this WebApplicationBuilder builder, DateTimeOffset begin) =>
        builder.Services.AddSingleton(new SystemClock(new SettableClock(new FakeTimeProvider(begin))));
}

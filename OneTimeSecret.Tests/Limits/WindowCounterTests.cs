using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

public sealed class WindowCounterTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(20);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_caller_may_use_the_limit_in_a_window_and_again_in_the_next_one()
    {
        var counter = new WindowCounter(10, Window, _clock);
        Assert.Null(counter.Spend("a", 7));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.FromMinutes(15), counter.Spend("a", 4));
        Assert.Null(counter.Spend("a", 3));
        Assert.NotNull(counter.Spend("a"));
        Assert.Null(counter.Spend("b", 10));
        _clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(counter.Spend("a", 10));
    }

    [Fact]
    public void A_limit_of_the_callers_own_replaces_the_general_one()
    {
        var counter = new WindowCounter(10, Window, _clock);
        Assert.Null(counter.Spend("a", 20, limit: 20));
        Assert.NotNull(counter.Spend("a", 1, limit: 20));
        Assert.NotNull(counter.Spend("b", 6, limit: 5));
    }

    [Fact]
    public void A_refund_lowers_the_count_of_its_own_window_only()
    {
        var counter = new WindowCounter(10, Window, _clock);
        var spent = _clock.GetTimestamp();
        Assert.Null(counter.Spend("a", 10));
        counter.Refund("a", 4, spent);
        Assert.NotNull(counter.Wait("a", 5));
        Assert.Null(counter.Spend("a", 4));
        _clock.Advance(Window);
        Assert.Null(counter.Spend("a", 10));
        counter.Refund("a", 4, spent);
        Assert.NotNull(counter.Wait("a"));
    }

    [Fact]
    public void A_window_remembers_a_bounded_number_of_callers()
    {
        var counter = new WindowCounter(1, Window, _clock);
        for (var i = 0; i < WindowCounter.MostCallers; i++)
            counter.Spend(i.ToString(CultureInfo.InvariantCulture));
        Assert.True(counter.IsFullFor("new"));
        Assert.False(counter.IsFullFor("7"));
        Assert.Null(counter.Spend("new"));
        Assert.Null(counter.Spend("new"));
        Assert.NotNull(counter.Spend("7"));
        _clock.Advance(Window);
        Assert.False(counter.IsFullFor("new"));
    }
}

using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Tests.Limits;

public sealed class TurnsTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task As_many_requests_run_as_there_are_places_and_the_next_one_waits()
    {
        var turns = Turns(places: 2);
        var (one, two, three) = (Enter(turns, 1), Enter(turns, 1), Enter(turns, 1));
        Assert.Equal((true, true, false), (one.IsCompleted, two.IsCompleted, three.IsCompleted));
        (await one).Dispose();
        (await three).Dispose();
        (await two).Dispose();
        Assert.Equal(0, turns.Waiting);
    }

    [Fact]
    public async Task A_network_that_used_little_need_not_wait_for_those_of_a_flood()
    {
        var turns = Turns(places: 1, reserve: 1);
        var (flood, next) = (await Enter(turns, 1), Enter(turns, 1));
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        flood.Dispose();
        flood = await next;
        Assert.False(Enter(turns, 1).IsCompleted);
        var other = Enter(turns, 2);
        Assert.True(other.IsCompleted);
        var third = Enter(turns, 3);
        Assert.False(third.IsCompleted); // the reserve has an end too
        (await other).Dispose();
        await third; // before the flood
        flood.Dispose();
    }

    [Fact]
    public async Task Whoever_waits_outside_gives_the_place_to_others_and_gets_one_again()
    {
        var turns = Turns(places: 1);
        var commit = new TaskCompletionSource<int>();
        Turn.Current = await Enter(turns, 1);
        var (first, second) = (Turn.Outside(() => commit.Task), Turn.Outside(() => commit.Task)); // two pieces of work at once
        var other = await Enter(turns, 2);
        commit.SetResult(7);
        await Settled();
        Assert.False(first.IsCompleted && second.IsCompleted); // the last one waits for a place
        other.Dispose();
        Assert.Equal((7, 7), (await first, await second));
        Assert.False(Enter(turns, 2).IsCompleted);
        Turn.Current.Dispose();
    }

    [Fact]
    public async Task A_request_that_waits_for_its_place_twice_gets_one_and_frees_it()
    {
        var turns = Turns(places: 1);
        TaskCompletionSource<int> one = new(), two = new();
        var turn = Turn.Current = await Enter(turns, 1);
        var first = Turn.Outside(() => one.Task);
        var other = await Enter(turns, 2);
        one.SetResult(1);
        var second = Turn.Outside(() => two.Task); // while the first waits for its place
        two.SetResult(2);
        other.Dispose();
        Assert.Equal((1, 2), (await first, await second));
        turn.Dispose();
        Assert.True(Enter(turns, 2).IsCompleted);
        Assert.False(Enter(turns, 2).IsCompleted);
    }

    [Fact]
    public async Task Work_that_outlives_its_request_waits_for_no_place_and_holds_none()
    {
        var turns = Turns(places: 1);
        var commit = new TaskCompletionSource<int>();
        Turn.Current = await Enter(turns, 1);
        var work = Turn.Outside(() => commit.Task);
        Turn.Current.Dispose();
        var other = await Enter(turns, 2);
        commit.SetResult(7);
        Assert.Equal(7, await work);
        Assert.Equal(8, await Turn.Outside(() => Task.FromResult(8)));
        other.Dispose();
        Assert.True(Enter(turns, 2).IsCompleted);
    }

    [Fact]
    public async Task Work_that_follows_the_answer_waits_for_a_turn_of_its_client()
    {
        var turns = Turns(places: 1);
        Assert.Null(await Turn.Again());
        Turn.Current = await Enter(turns, 1);
        Turn.Current.Dispose();
        var other = await Enter(turns, 2);
        var again = Turn.Again().AsTask();
        Assert.False(again.IsCompleted);
        other.Dispose();
        using var turn = await again;
        Assert.NotNull(turn);
        Assert.False(Enter(turns, 2).IsCompleted);
    }

    [Fact]
    public async Task A_request_that_takes_long_loses_its_place_to_those_who_wait_and_goes_on()
    {
        var turns = Turns(places: 1);
        var slow = await Enter(turns, 1);
        var (next, last) = (Enter(turns, 2), Enter(turns, 3));
        _clock.Advance(Core.Limits.Turns.Longest / 2);
        Assert.False(next.IsCompleted);
        _clock.Advance(Core.Limits.Turns.Longest);
        var second = await next;
        Assert.False(last.IsCompleted);
        slow.Dispose(); // has no place to free any more
        Assert.False(last.IsCompleted);
        second.Dispose();
        await last;
    }

    [Fact]
    public async Task A_request_that_is_cancelled_no_longer_waits()
    {
        var turns = Turns(places: 1);
        var running = await Enter(turns, 1);
        using var cancelled = new CancellationTokenSource();
        var waiting = turns.Enter(Client(1), cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, turns.Waiting);
        running.Dispose();
        Assert.True(Enter(turns, 1).IsCompleted);
    }

    [Fact]
    public async Task A_client_with_too_many_waiting_requests_is_refused_but_one_that_has_begun_goes_on()
    {
        var turns = Turns(places: 1);
        var commit = new TaskCompletionSource<int>();
        Turn.Current = await Enter(turns, 1);
        var begun = Turn.Outside(() => commit.Task);
        for (var i = 0; i <= 1024; i++)
            Assert.Equal(i == 0, Enter(turns, 1).IsCompleted);
        await Assert.ThrowsAsync<ServerBusyException>(() => Enter(turns, 1));
        commit.SetResult(7);
        Assert.Equal(7, await begun);
        Assert.False(Enter(turns, 2).IsFaulted);
    }

    private static ClientAddress Client(int network) => ClientAddress.Of($"192.0.{network}.1");

    private static Task<Turn> Enter(Turns turns, int network) => turns.Enter(Client(network), CancellationToken.None).AsTask();

    private static async Task Settled()
    {
        for (var i = 0; i < 100; i++)
            await Task.Yield();
    }

    private Turns Turns(int places, int reserve = 0) => new(places, reserve, _clock);
}

using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Storage;

public sealed class LeftoversTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Leftovers _leftovers;

    public LeftoversTests() => _leftovers = new Leftovers(_clock);

    [Fact]
    public void A_start_counts_as_a_delete()
    {
        Assert.Equal(_clock.Start, _leftovers.OldestUnerased);
        Assert.Equal(_clock.Start, _leftovers.OldestUnscrubbed);
        Assert.Equal(1, _leftovers.Erased(_leftovers.Now()));
        Assert.Null(_leftovers.OldestUnerased);
        Assert.Equal(_clock.Start, _leftovers.OldestUnscrubbed); // a checkpoint does not scrub
    }

    [Fact]
    public void Row_deleted_during_a_checkpoint_still_needs_erasure()
    {
        _leftovers.Add(3);
        var begun = _leftovers.Now();
        _leftovers.Add(5); // in the same millisecond, because the clock stands still
        Assert.Equal(4, _leftovers.Erased(begun));
        Assert.Equal(_clock.Start, _leftovers.OldestUnerased);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5, _leftovers.Erased(_leftovers.Now()));
        Assert.Null(_leftovers.OldestUnerased);
    }

    [Fact]
    public void After_an_erasure_the_oldest_unerased_delete_is_dated_to_when_that_erasure_began()
    {
        _clock.Advance(TimeSpan.FromSeconds(10));
        var begun = _leftovers.Now();
        _clock.Advance(TimeSpan.FromSeconds(10));
        _leftovers.Add();
        Assert.Equal(_clock.Start, _leftovers.OldestUnerased);
        _leftovers.Erased(begun);
        Assert.Equal(_clock.Start.AddSeconds(10), _leftovers.OldestUnerased);
    }

    [Fact]
    public void Late_result_of_an_earlier_erasure_does_not_change_the_result_of_a_later_one()
    {
        var earlier = _leftovers.Now();
        _leftovers.Add();
        var later = _leftovers.Now();
        Assert.Equal(2, _leftovers.Erased(later));
        Assert.Equal(0, _leftovers.Erased(earlier));
        Assert.Null(_leftovers.OldestUnerased);
    }

    [Fact]
    public void A_scrub_leaves_old_pages_until_a_checkpoint_comes()
    {
        _leftovers.Erased(_leftovers.Now());
        Assert.Null(_leftovers.OldestUnerased);
        var begun = _leftovers.Now();
        _leftovers.Scrubbed(begun);
        Assert.Null(_leftovers.OldestUnscrubbed);
        Assert.Equal(_clock.Start, _leftovers.OldestUnerased);
        _leftovers.Erased(begun);
        Assert.Null(_leftovers.OldestUnerased);
    }

    [Fact]
    public async Task Erasures_lose_no_delete_that_other_threads_report_at_the_same_time()
    {
        using var over = new CancellationTokenSource();
        var erased = 0L;
        var erasing = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
                erased += _leftovers.Erased(_leftovers.Now());
        });
        await Verbs.AtOnce(8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
                _leftovers.Add();
            return Task.FromResult(0);
        });
        await over.CancelAsync();
        await erasing;
        Assert.Equal(80_001, erased + _leftovers.Erased(_leftovers.Now()));
        Assert.Null(_leftovers.OldestUnerased);
    }
}

using OneTimeSecret.Benchmarks.Proofs;

namespace OneTimeSecret.Tests.Proofs;

/// <summary>The books of the proofs notice what they are made for.</summary>
public sealed class EntryTests
{
    private static readonly Answer Refused = new(Told.Refused, """{"message":"Unknown secret"}""");
    private static readonly Answer Busy = new(Told.Busy, "");
    private static readonly Answer Unknown = new(Told.Unknown, "");
    private static readonly Answer Burned = new(Told.Done, """{"state":{}}""");

    private readonly Entry _entry = new("1", 0);

    [Fact]
    public void A_secret_that_is_revealed_once_and_then_refused_is_right()
    {
        _entry.Revealed(Value(_entry));
        _entry.Revealed(Refused);
        Assert.Null(_entry.Judge("received", last: false, again: false));
    }

    [Fact]
    public void A_secret_that_nobody_took_must_be_revealed_at_the_end()
    {
        _entry.Revealed(Busy);
        Assert.Null(_entry.Judge("new", last: true, again: false));
        Assert.Equal(Entry.Lost, _entry.Judge("new", last: false, again: false));
    }

    [Fact]
    public void A_secret_may_be_gone_after_a_reveal_or_burn_without_an_answer()
    {
        _entry.Burned(Unknown);
        Assert.Null(_entry.Judge("burned", last: false, again: false));
        Assert.Null(_entry.Judge("new", last: true, again: false));
    }

    [Fact]
    public void A_value_that_is_shown_twice_is_noticed_even_if_a_burn_was_acknowledged_instead()
    {
        var burned = new Entry("2", 0);
        burned.Burned(Burned);
        burned.Revealed(Value(burned));
        Assert.Equal(Entry.Doubled, burned.Judge("burned", last: false, again: false));
        Assert.Equal(Entry.Doubled, _entry.Judge("new", last: true, again: true));
        _entry.Revealed(Value(_entry));
        Assert.Equal(Entry.Doubled, _entry.Judge("received", last: true, again: false));
    }

    [Fact]
    public void A_refusal_of_a_secret_that_is_there_is_noticed()
    {
        _entry.Revealed(Refused);
        Assert.NotNull(_entry.Judge("new", last: true, again: false));
    }

    [Fact]
    public void A_value_in_a_refusal_in_a_burn_or_in_the_answer_to_another_key_is_noticed()
    {
        var (busy, burned, other) = (new Entry("2", 0), new Entry("3", 0), new Entry("4", 0));
        busy.Revealed(new Answer(Told.Busy, new Entry("5", 0).Value));
        burned.Burned(new Answer(Told.Done, burned.Value));
        other.Revealed(Value(_entry));
        Assert.NotNull(busy.Judge("new", last: true, again: false));
        Assert.NotNull(burned.Judge("burned", last: false, again: false));
        Assert.NotNull(other.Judge("new", last: true, again: false));
    }

    [Fact]
    public void A_receipt_that_does_not_fit_what_happened_is_noticed()
    {
        Assert.NotNull(_entry.Judge("received", last: true, again: false));
        _entry.Revealed(Value(_entry));
        Assert.NotNull(_entry.Judge("burned", last: false, again: false));
    }

    private static Answer Value(Entry entry) => new(Told.Done, $$"""{"value":"{{entry.Value}}"}""");
}

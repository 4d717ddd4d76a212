using OneTimeSecret.Core.Accounts;

namespace OneTimeSecret.Tests.Accounts;

/// <summary>Counters of attempts.</summary>
public sealed class SignInTriesTests
{
    private static readonly TryLimit Limit = new("test", "somebody", Most: 2, TimeSpan.FromHours(1));

    [Fact]
    public async Task A_refund_lowers_the_window_of_its_attempt_and_no_later_one()
    {
        await using var server = await RunningServer.Start();
        var tries = server.Get<SignInTries>();
        await Spend(); // the window begins
        server.Clock.Advance(TimeSpan.FromMinutes(59));
        var late = await Spend();
        Assert.NotNull((await Spend()).Wait);
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        await Spend(); // the next window
        var last = await Spend();
        Assert.Equal(0, await tries.Refund(late));
        Assert.NotNull((await Spend()).Wait);
        Assert.Equal(1, await tries.Refund(last));
        Assert.Null((await Spend()).Wait);

        Task<SpentTry> Spend() => tries.Spend(CancellationToken.None, Limit);
    }
}

using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>The challenge that a passkey has signed counts once.</summary>
public sealed class TakeChallengeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task A_challenge_stays_taken_as_long_as_it_can_be_answered()
    {
        Assert.True(await Take("first"));
        Assert.True(await Take("second"));
        Assert.False(await Take("first"));
        Server.Clock.Advance(TakeChallenge.Lifetime - TimeSpan.FromSeconds(1));
        await Server.Get<SignInTries>().Purge();
        Assert.False(await Take("first"));
        Assert.False(await Take("second"));
    }

    [Fact]
    public async Task Of_several_who_take_it_at_once_one_does() =>
        Assert.Single(await Server.Race(5, _ => Take("race")), taken => taken);

    private Task<bool> Take(string challenge) => Server.Get<TakeChallenge>().Run(challenge, CancellationToken.None);
}

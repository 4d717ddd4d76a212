using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Tests.Api.V1;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Accounts.Factors;

/// <summary>A challenge can be answered once.</summary>
public sealed class TakeChallengeTests(SharedServer shared) : IClassFixture<SharedServer>
{
    private RunningServer Server => shared.Server;

    [Fact]
    public async Task Used_challenge_stays_used_for_its_whole_lifetime()
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
    public async Task Only_one_of_parallel_answers_uses_the_challenge() =>
        Assert.Single(await Server.Race(5, _ => Take("race")), taken => taken);

    private Task<bool> Take(string challenge) => Server.Get<TakeChallenge>().Run(challenge, CancellationToken.None);
}

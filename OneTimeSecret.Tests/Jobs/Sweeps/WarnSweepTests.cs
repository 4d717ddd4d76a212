using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class WarnSweepTests
{
    [Fact]
    public async Task Owners_are_warned_in_a_run_that_says_how_many_mails_it_wrote()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var owner = await server.SignedIn("owner@example.com");
        await server.Get<ChooseMails>().Run(owner.Email, viewed: null, expiry: true, CancellationToken.None);
        await server.Conceal("one", ttl: 604_800, account: owner);
        await server.Conceal("two", ttl: 604_800, account: owner);
        Assert.Equal(0, Assert.Single(await server.RunSweep<WarnSweep>()).Count);
        server.Clock.Advance(TimeSpan.FromDays(6));
        var run = (await server.RunSweep<WarnSweep>())[0];
        Assert.Equal((JobResult.Done, 2), (run.Result, run.Count));
        Assert.Equal(2, (await server.Waiting()).Count);
    }
}

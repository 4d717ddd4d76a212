using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class PurgeSweepTests
{
    [Fact]
    public async Task Whatever_has_expired_goes_in_one_run_and_the_rest_stays()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        await server.Conceal("short-lived", ttl: 60);
        await server.Conceal("stays", ttl: 604_800);
        var now = server.Clock.GetUtcNow();
        await using var db = server.Database();
        foreach (var (id, end) in new[] { ((byte)1, now.AddHours(1)), ((byte)2, now.AddDays(30)) })
        {
            db.Sessions.Add(new Session
            {
                Hash = [.. Enumerable.Repeat(id, 32)], AccountId = owner.Id, Created = now, Confirmed = now, LastSeen = now,
                Expires = end, Stays = true, Browser = "Firefox",
            });
            db.SignInTries.Add(new SignInTry { Who = [.. Enumerable.Repeat(id, 32)], Count = 1, Until = end });
        }
        db.Users.Add(PendingAccount.New(EmailAddress.Parse("never@example.com")!, now));
        await db.SaveChangesAsync();

        Assert.Equal((JobResult.Done, 0), Outcome(Assert.Single(await server.RunSweep<PurgeSweep>())));
        server.Clock.Advance(TimeSpan.FromDays(1));
        // A secret, its receipt, a session, a count of tries, and an account whose owner never came.
        Assert.Equal((JobResult.Done, 5), Outcome((await server.RunSweep<PurgeSweep>())[0]));
        Assert.Equal(
            (1, 1, 1, 1, 1),
            (await db.Secrets.CountAsync(), await db.Receipts.CountAsync(), await db.Sessions.CountAsync(),
                await db.SignInTries.CountAsync(), await db.Users.CountAsync()));
    }

    private static (JobResult Result, int Count) Outcome(JobRun run) => (run.Result, run.Count);
}

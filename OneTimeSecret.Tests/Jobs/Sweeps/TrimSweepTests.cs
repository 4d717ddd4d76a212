using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Administration;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class TrimSweepTests
{
    [Fact]
    public async Task Old_mails_and_old_rows_of_the_trail_go_in_one_run_and_young_ones_stay()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        await server.AddMail(owner.Id, MailState.Sent);
        await server.AddMail(owner.Id, MailState.Failed);
        await server.Act(3);
        var old = (await server.Trail()).Count;
        Assert.Equal(0, Assert.Single(await server.RunSweep<TrimSweep>()).Count);

        server.Clock.Advance(TimeSpan.FromDays(366));
        await server.Act(1);
        var young = await server.AddMail(owner.Id, MailState.Sent);
        var run = (await server.RunSweep<TrimSweep>())[0];
        Assert.Equal((JobResult.Done, old + 2), (run.Result, run.Count));
        Assert.Equal(young, Assert.Single(await server.Stored()).Id);
        Assert.Equal([AuditKind.SecretCreated, AuditKind.AuditTrimmed], (await server.Trail()).Select(row => row.Kind));
    }
}

using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class DeliverSweepTests
{
    [Fact]
    public async Task Mail_that_is_due_is_sent_in_a_run_that_is_kept_and_with_none_due_there_is_no_run()
    {
        var transport = new ObedientTransport();
        await using var server = await RunningServer.Start(null, transport.Attach, Mails.Settings);
        var sender = await server.SignedIn("sender@example.com");
        Assert.Empty(await server.RunSweep<DeliverSweep>());

        transport.WhenSending = _ => throw new MailException("451 later", isFinal: false);
        await server.Mail(sender, "friend@example.com");
        var delayed = Assert.Single(await server.RunSweep<DeliverSweep>());
        Assert.Equal((JobResult.Delayed, "451 later"), (delayed.Result, delayed.Message));
        Assert.Single(await server.RunSweep<DeliverSweep>()); // its next attempt is not due yet

        transport.WhenSending = _ => Task.CompletedTask;
        server.Clock.Advance(TimeSpan.FromHours(1));
        var runs = await server.RunSweep<DeliverSweep>();
        Assert.Equal((2, JobResult.Done, 1), (runs.Count, runs[0].Result, runs[0].Count));
        Assert.Single(transport.Taken);
    }
}

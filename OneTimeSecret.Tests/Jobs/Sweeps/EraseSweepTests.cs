using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class EraseSweepTests
{
    [Fact]
    public async Task What_was_deleted_leaves_the_files_and_its_mail_the_pickup_folder_and_then_there_is_no_run()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var receipt = await server.MailToFile(await server.SignedIn("sender@example.com"));
        Assert.Equal(JobResult.Done, Assert.Single(await server.RunSweep<EraseSweep>()).Result); // a start counts as a delete
        Assert.Single(server.MailFiles());
        Assert.Single(await server.RunSweep<EraseSweep>());

        Assert.Equal("value", (await server.TryReveal(SecretKey.Parse(receipt.SecretKey)!)).Value());
        Assert.NotNull(server.Get<Leftovers>().OldestUnerased);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        var runs = await server.RunSweep<EraseSweep>();
        Assert.Equal((2, JobResult.Done, 1), (runs.Count, runs[0].Result, runs[0].Count));
        Assert.Null(server.Get<Leftovers>().OldestUnerased);
        Assert.Empty(server.MailFiles());
        Assert.Equal(2, (await server.RunSweep<EraseSweep>()).Count);
    }
}

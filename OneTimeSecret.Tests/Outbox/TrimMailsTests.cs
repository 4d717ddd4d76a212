using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Mails are deleted after thirty days, whatever their state.</summary>
public sealed class TrimMailsTests
{
    [Fact]
    public async Task Mails_older_than_thirty_days_are_deleted_with_their_content()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        await server.Mail(await server.SignedIn("sender@example.com"), "friend@example.com");
        server.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, await Trim(server));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Trim(server));
        Assert.Empty(await server.Waiting());
        Assert.Empty(await server.Stored());
    }

    [Fact]
    public async Task Old_mails_of_several_batches_are_deleted_younger_mails_stay_and_erasure_is_informed()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.AddAccount();
        var now = server.Clock.GetUtcNow();
        await using (var db = server.Database())
        {
            foreach (var (state, days) in Enumerable.Range(0, 250).Select(i => ((MailState)(i % 3), i < 240 ? 31 : 29)))
                db.Mails.Add(new StoredMail
                {
                    Id = Guid.NewGuid(), Kind = MailKind.AccountNotice, OwnerId = owner.Id, RecipientHash = new byte[32],
                    MailboxHash = new byte[32], State = state, Created = now.AddDays(-days), Updated = now,
                });
            await db.SaveChangesAsync();
        }
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(240, await Trim(server));
        Assert.Equal(10, (await server.Stored()).Count);
        Assert.Equal(server.Clock.GetUtcNow(), server.Get<Leftovers>().LastDelete);
        Assert.Equal(0, await Trim(server));
    }

    private static Task<int> Trim(RunningServer server) => server.Get<TrimMails>().Run(CancellationToken.None);
}

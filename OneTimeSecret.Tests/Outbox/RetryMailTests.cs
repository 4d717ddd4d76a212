using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Administrators queue undeliverable mails again.</summary>
public sealed class RetryMailTests
{
    [Fact]
    public async Task Undeliverable_mail_can_be_queued_and_sent_again()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var (admin, mail, _) = await DeadLetter(server);
        Assert.True((await Listed(server)).CanRetry);
        Assert.Equal(AdminOutcome.Done, await Retry(server, admin, mail));
        var queued = await Listed(server);
        Assert.Equal((MailState.Queued, 0, false), (queued.State, queued.Attempts, queued.CanRetry));
        await server.Get<MailSignal>().Wait(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(120)); // the delivery was signalled

        await server.Get<DeliverMail>().Run(CancellationToken.None);
        Assert.Equal((MailState.Sent, (string?)null), ((await Listed(server)).State, (await Listed(server)).Reason));
        Assert.Equal(AdminOutcome.NotThere, await Retry(server, admin, mail));
    }

    [Fact]
    public async Task Mail_that_has_not_failed_cannot_be_retried()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var admin = await server.AddAdmin();
        await server.Mail(await server.SignedIn("sender@example.com"), "friend@example.com");
        var mail = Assert.Single(await server.Waiting());
        Assert.Equal(AdminOutcome.NotThere, await Retry(server, admin, mail.Id));
        Assert.Equal(AdminOutcome.NotThere, await Retry(server, admin, Guid.NewGuid()));
    }

    [Fact]
    public async Task Mail_with_the_link_of_an_expired_or_burned_secret_cannot_be_retried()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var (admin, mail, _) = await DeadLetter(server, ttl: 3600);
        server.Clock.Advance(TimeSpan.FromHours(2)); // the purge has not run yet
        Assert.False((await Listed(server)).CanRetry);
        Assert.Equal(AdminOutcome.NotThere, await Retry(server, admin, mail));

        var (_, burned, key) = await DeadLetter(server, "second@example.com");
        await server.TryBurn(key);
        Assert.Equal(AdminOutcome.NotThere, await Retry(server, admin, burned));
    }

    [Fact]
    public async Task Only_an_administrator_can_retry_a_mail()
    {
        await using var server = await RunningServer.Start(Mails.Settings);
        var (admin, mail, _) = await DeadLetter(server);
        var owner = await server.SignedIn(People.Email);
        Assert.Equal(AdminOutcome.NotAdministrator, await Retry(server, admin with { Account = owner }, mail));
        Assert.Equal(AdminOutcome.NotAdministrator, await Retry(server, admin with { Account = null }, mail));
        Assert.Equal(MailState.Failed, (await Listed(server)).State);
    }

    private static Task<AdminOutcome> Retry(RunningServer server, Caller admin, Guid mail) =>
        server.Get<RetryMail>().Run(admin, mail, CancellationToken.None);

    private static async Task<ListedMail> Listed(RunningServer server) =>
        Assert.Single((await server.Get<BrowseMails>().Run(null, null, CancellationToken.None)).Items);

    private static async Task<(Caller Admin, Guid Mail, MetadataKey Key)> DeadLetter(
        RunningServer server, string sender = "sender@example.com", long? ttl = null)
    {
        var receipt = await server.Mail(await server.SignedIn(sender), "friend@example.com", ttl);
        await using var db = server.Database();
        var mail = (await db.Mails.SingleAsync(m => m.State == MailState.Queued)).Id;
        await db.Mails.Where(m => m.Id == mail).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, MailState.Failed).SetProperty(m => m.Reason, "550 no such user"));
        await db.Outbox.Where(m => m.Id == mail).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.NextAttempt, (DateTimeOffset?)null).SetProperty(m => m.Attempts, 9));
        var admin = await db.AdminRoles.AnyAsync() ? Verbs.Somebody : await server.AddAdmin();
        return (admin, mail, MetadataKey.Parse(receipt.MetadataKey)!);
    }
}

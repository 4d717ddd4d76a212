using OneTimeSecret.Core.Accounts.SignUp;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Whose mail is next, and who may record what became of it.</summary>
public sealed class OutboxQueueTests(MailingServer shared) : IClassFixture<MailingServer>, IAsyncLifetime
{
    private static readonly TimeSpan ClaimTime = TimeSpan.FromSeconds(150);

    private RunningServer Server => shared.Server;

    private OutboxQueue Queue => Server.Get<OutboxQueue>();

    /// <summary>Every test begins with an empty queue and new windows of limits.</summary>
    public async ValueTask InitializeAsync()
    {
        Server.Clock.Advance(TimeSpan.FromDays(1));
        while (await Queue.Claim() is { } mail)
            await Queue.Sent(mail.Id);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_asker_waits_for_one_mail_of_each_other_asker_however_many_these_have_queued()
    {
        await using var server = await RunningServer.Start(
            [.. People.Mails, "--Limits:SignUpMailsPerClient=300", "--Limits:SignUpMailsPerHour=600"]);
        var sender = await server.SignedIn("sender@example.com");
        for (var i = 0; i < 300; i++)
            await SignUp($"flood{i}@example.com", "192.0.2.1");
        for (var i = 0; i < 3; i++)
            await server.Mail(sender, $"to{i}@example.com");
        await server.Letters<PasswordLinkMail>();
        await SignUp("calm@example.com", "198.51.100.1");
        var calm = (await server.Letters<PasswordLinkMail>()).Count;
        Assert.Equal(301, calm);

        var askers = new List<string>();
        for (var i = 0; i < 6; i++)
            askers.Add((await server.Get<OutboxQueue>().Claim())!.Asker);
        string[] all = ["192.0.2.0/24", "198.51.100.0/24", sender.Id.ToString()];
        Assert.Equal(all.Order(StringComparer.Ordinal), askers[..3].Order(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.DoesNotContain(askers[3..], asker => asker.StartsWith("198.", StringComparison.Ordinal));
        Assert.Equal(2, askers[3..].Distinct(StringComparer.Ordinal).Count());

        Task<SignUpOutcome> SignUp(string email, string client) => server.With<RegisterAccount, SignUpOutcome>(
            signUp => signUp.Run(email, new Caller(client), CancellationToken.None));
    }

    [Fact]
    public async Task A_worker_whose_claim_expired_neither_gives_up_nor_postpones_the_mail_of_another_worker()
    {
        var (first, second) = await ClaimTwice("refused@example.com");
        Assert.Equal(0, await Queue.GiveUp(first, "550 no such user"));
        Assert.Equal(0, await Queue.Postpone(first, "did not answer"));
        Assert.Equal(0, await Queue.PostponeWithoutServer(first, "did not answer"));
        var (state, reason, next) = await State(first.Id);
        Assert.Equal((MailState.Queued, null), (state, reason));
        Assert.Equal(second.NextAttempt!.Value, next!.Value, TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await Queue.PostponeWithoutServer(second, "cannot be reached")); // the attempt is not counted
        Assert.Equal(0, await Queue.GiveUp(first, "550 no such user"));
        Assert.Equal((MailState.Queued, "cannot be reached"), ((await State(first.Id)).State, (await State(first.Id)).Reason));
    }

    [Fact]
    public async Task A_mail_that_was_sent_is_recorded_as_sent_although_its_claim_expired_meanwhile()
    {
        var (first, second) = await ClaimTwice("accepted@example.com");
        Assert.Equal(1, await Queue.Sent(first.Id));
        Assert.Equal(0, await Queue.GiveUp(second, "550 no such user"));
        Assert.Equal((MailState.Sent, null, null), await State(first.Id));
        Assert.Null(await Queue.Claim());
    }

    private async Task<(OutboxMail First, OutboxMail Second)> ClaimTwice(string recipient)
    {
        await Server.Mail(await Server.SignedIn($"from-{recipient}"), recipient);
        var first = await Queue.Claim();
        Assert.Null(await Queue.Claim());
        Server.Clock.Advance(ClaimTime);
        var second = await Queue.Claim();
        Assert.Equal(first!.Id, second!.Id);
        return (first, second);
    }

    private async Task<(MailState State, string? Reason, DateTimeOffset? NextAttempt)> State(Guid id)
    {
        var mail = (await Server.Stored()).Single(mail => mail.Id == id);
        return (mail.State, mail.Reason, (await Server.Waiting()).SingleOrDefault(mail => mail.Id == id)?.NextAttempt);
    }
}

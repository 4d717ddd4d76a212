using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

public sealed class DeliverMailTests : IAsyncLifetime
{
    private readonly ObedientTransport _transport = new();
    private RunningServer _server = null!;
    private SignedIn _sender = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start(null, _transport.Attach, [.. Mails.Settings, "--Limits:Enabled=false"]);
        _sender = await _server.SignedIn("sender@example.com");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Sent_mail_leaves_no_content_behind()
    {
        var receipt = await _server.Mail(_sender, "to@example.com");
        Assert.True(await _server.Get<OutboxQueue>().IsDue(CancellationToken.None));
        Assert.Equal(new JobOutcome(1), await Deliver());
        Assert.Equal(new JobOutcome(0), await Deliver());
        Assert.False(await _server.Get<OutboxQueue>().IsDue(CancellationToken.None));
        Assert.Single(_transport.Taken);
        Assert.Empty(await _server.Waiting());
        Assert.Equal((MailState.Sent, null), await State());
        Assert.Equal(MailState.Sent, (await _server.Receipt(MetadataKey.Parse(receipt.MetadataKey)!)).Mail);
    }

    [Fact]
    public async Task Temporarily_refused_mail_is_retried_with_growing_delays_and_then_given_up()
    {
        var receipt = await _server.Mail(_sender, "to@example.com");
        var tries = 0;
        _transport.WhenSending = _ => throw new MailException($"451 try {++tries}", isFinal: false);
        foreach (var delay in OutboxQueue.Delays)
        {
            Assert.Equal(new JobOutcome(0, JobResult.Delayed, $"451 try {tries + 1}"), await Deliver());
            Assert.Equal((MailState.Queued, $"451 try {tries}"), await State());
            _server.Clock.Advance(delay - TimeSpan.FromSeconds(1));
            Assert.Equal(new JobOutcome(0), await Deliver());
            _server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await Deliver();
        Assert.Equal((MailState.Failed, "451 try 9"), await State());
        _server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new JobOutcome(0), await Deliver());
        Assert.Equal(9, tries);
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromHours(6)), (OutboxQueue.Delays[0], OutboxQueue.Delays[^1]));

        // The content of an undeliverable mail is kept for the operator as long as its secret exists.
        Assert.Null(Assert.Single(await _server.Waiting()).NextAttempt);
        await _server.TryBurn(MetadataKey.Parse(receipt.MetadataKey)!);
        Assert.Empty(await _server.Waiting());
        Assert.Equal((MailState.Failed, "451 try 9"), await State());
    }

    [Fact]
    public async Task Permanent_refusal_fails_one_mail_and_does_not_stop_others()
    {
        await _server.Mail(_sender, "unknown@example.com");
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.Mail(_sender, "known@example.com");
        var first = (await _server.Stored())[0].Id;
        _transport.WhenSending = id => id == first ? throw new MailException("550 no such user", isFinal: true) : Task.CompletedTask;
        Assert.Equal(new JobOutcome(1, JobResult.Delayed, "550 no such user"), await Deliver());
        Assert.Equal([MailState.Failed, MailState.Sent], (await _server.Stored()).Select(mail => mail.State));
    }

    [Fact]
    public async Task Mails_are_delivered_soon_after_an_outage_of_the_mail_server()
    {
        for (var i = 0; i < 30; i++)
            await _server.Mail(_sender, $"to{i}@example.com");
        _transport.WhenConnecting = () => throw new MailException("cannot be reached", isFinal: false);
        for (var look = 0; look < 60 * 10; look++)
        {
            await Deliver();
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.All(await _server.Stored(), mail => Assert.Equal((MailState.Queued, "cannot be reached"), (mail.State, mail.Reason)));

        // The server is back but greylists for a while. The failures of the night do not count as attempts.
        _transport.WhenConnecting = () => Task.CompletedTask;
        _transport.WhenSending = _ => throw new MailException("450 greylisted", isFinal: false);
        for (var look = 0; look < 15; look++)
        {
            await Deliver();
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.All(await _server.Stored(), mail => Assert.Equal((MailState.Queued, "450 greylisted"), (mail.State, mail.Reason)));
        Assert.All(await _server.Waiting(), mail => Assert.InRange(mail.Attempts, 1, 3));

        _transport.WhenSending = _ => Task.CompletedTask;
        for (var look = 0; look <= 15; look++)
        {
            await Deliver();
            _server.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(30, _transport.Taken.Distinct().Count());
        Assert.Equal(30, _transport.Taken.Count);
    }

    [Fact]
    public async Task After_two_days_without_a_server_mails_are_given_up()
    {
        await _server.Mail(_sender, "to@example.com");
        _transport.WhenConnecting = () => throw new MailException("cannot be reached", isFinal: false);
        _server.Clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromSeconds(1));
        await Deliver();
        Assert.Equal(MailState.Queued, (await State()).State);
        _server.Clock.Advance(TimeSpan.FromMinutes(15));
        await Deliver();
        Assert.Equal((MailState.Failed, "cannot be reached"), await State());
    }

    [Fact]
    public async Task Two_servers_on_one_database_never_send_the_same_mail()
    {
        await using var another = await RunningServer.Start(_server.Folder, _transport.Attach, Mails.Settings);
        await Verbs.AtOnce(200, i => _server.Mail(_sender, $"to{i}@example.com"));
        // One server has two connections. A third mail in transit must belong to the other server.
        var (onTheWay, both) = (0, new TaskCompletionSource());
        _transport.WhenSending = _ =>
        {
            if (Interlocked.Increment(ref onTheWay) == 3)
                both.SetResult();
            return both.Task;
        };
        var outcomes = await Task.WhenAll(
            _server.Get<DeliverMail>().Run(CancellationToken.None), another.Get<DeliverMail>().Run(CancellationToken.None));
        Assert.Equal(200, outcomes.Sum(outcome => outcome.Count));
        Assert.All(outcomes, outcome => Assert.NotEqual(0, outcome.Count));
        Assert.Equal(200, _transport.Taken.Distinct().Count());
        Assert.Equal(200, _transport.Taken.Count);
    }

    [Fact]
    public async Task Mail_of_a_dead_worker_is_sent_by_another_worker_after_its_claim_expires()
    {
        await _server.Mail(_sender, "to@example.com");
        var reached = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        _transport.WhenSending = _ =>
        {
            reached.TrySetResult();
            return never.Task;
        };
        var hanging = Deliver();
        await reached.Task;
        _transport.WhenSending = _ => Task.CompletedTask;
        _server.Clock.Advance(TimeSpan.FromSeconds(149)); // two timeouts of a minute, and twice the wait for the write lock
        Assert.Equal(new JobOutcome(0), await Deliver());
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new JobOutcome(1), await Deliver());
        never.SetResult();
        await hanging;
        Assert.Equal(2, _transport.Taken.Count);
        Assert.Single(_transport.Taken.Distinct()); // the same mail, under the same Message-ID
    }

    [Fact]
    public async Task Late_failure_of_a_worker_does_not_change_the_claim_of_another_worker()
    {
        // One worker for each delivery. A second worker of the first delivery could still query when the clock is advanced.
        _server.Get<IOptions<MailOptions>>().Value.Connections = 1;
        await _server.Mail(_sender, "to@example.com");
        var (reached, late, end) = (new SemaphoreSlim(0), new TaskCompletionSource(), new TaskCompletionSource());
        _transport.WhenSending = _ => Wait(late);
        var first = Deliver();
        await reached.WaitAsync();
        _transport.WhenSending = _ => Wait(end);
        _server.Clock.Advance(TimeSpan.FromSeconds(150));
        var second = Deliver();
        await reached.WaitAsync();

        var claimed = Assert.Single(await _server.Waiting()).NextAttempt;
        late.SetException(new MailException("did not answer", isFinal: false));
        await first;
        Assert.Equal(claimed, Assert.Single(await _server.Waiting()).NextAttempt);
        end.SetResult();
        Assert.Equal(new JobOutcome(1), await second);
        Assert.Equal((MailState.Sent, null), await State());

        Task Wait(TaskCompletionSource source)
        {
            reached.Release();
            return source.Task;
        }
    }

    [Fact]
    public async Task Link_of_a_secret_burned_while_connecting_to_the_mail_server_is_not_sent()
    {
        var receipt = await _server.Mail(_sender, "to@example.com");
        _transport.WhenConnecting = () => _server.TryBurn(MetadataKey.Parse(receipt.MetadataKey)!);
        Assert.Equal(new JobOutcome(0), await Deliver());
        Assert.Empty(_transport.Taken);
    }

    [Fact]
    public async Task Link_of_a_burned_or_expired_secret_is_not_sent()
    {
        var burned = await _server.Mail(_sender, "burned@example.com");
        await _server.Mail(_sender, "expired@example.com", ttl: 60);
        await _server.TryBurn(MetadataKey.Parse(burned.MetadataKey)!);
        _server.Clock.Advance(TimeSpan.FromSeconds(60)); // the purge has not run yet
        Assert.Equal(new JobOutcome(0), await Deliver());
        Assert.Empty(_transport.Taken);
        Assert.All(await _server.Stored(), mail => Assert.Equal(MailState.Queued, mail.State));
    }

    [Fact]
    public async Task Recipient_who_opts_out_before_the_delivery_gets_no_link()
    {
        await _server.Mail(_sender, "calm@example.com");
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.Mail(_sender, "to@example.com");
        await _server.OptOut("calm@example.com");
        Assert.Equal(new JobOutcome(1), await Deliver());
        Assert.Equal([MailState.Failed, MailState.Sent], (await _server.Stored()).Select(mail => mail.State));
    }

    [Fact]
    public async Task Damaged_mail_fails_and_does_not_stop_others()
    {
        await _server.Mail(_sender, "to1@example.com");
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.Mail(_sender, "to2@example.com");
        await using (var db = _server.Database())
            await db.Database.ExecuteSqlRawAsync("UPDATE Outbox SET Box = (SELECT Box FROM Outbox ORDER BY Id DESC LIMIT 1)");
        Assert.Equal(1, (await Deliver()).Count);
        Assert.Equal([MailState.Failed, MailState.Sent], (await _server.Stored()).Select(mail => mail.State));
    }

    [Fact]
    public async Task Unexpected_exception_postpones_its_mail_and_does_not_stop_others()
    {
        await _server.Mail(_sender, "to1@example.com");
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.Mail(_sender, "to2@example.com");
        var first = (await _server.Stored())[0].Id;
        _transport.WhenSending = id => id == first ? throw new FormatException("to1@example.com is odd") : Task.CompletedTask;
        Assert.Equal(1, (await Deliver()).Count);
        var mails = await _server.Stored();
        Assert.Equal([MailState.Queued, MailState.Sent], mails.Select(mail => mail.State));
        Assert.Equal("Unexpected error: FormatException.", mails[0].Reason);
    }

    [Fact]
    public async Task No_further_mail_is_started_after_a_stop()
    {
        for (var i = 0; i < 20; i++)
            await _server.Mail(_sender, $"to{i}@example.com");
        using var stop = new CancellationTokenSource();
        _transport.WhenSending = _ => stop.CancelAsync();
        await _server.Get<DeliverMail>().Run(stop.Token);
        Assert.InRange(_transport.Taken.Count, 1, 2); // one for each connection
        Assert.Equal(_transport.Taken.Count, (await _server.Stored()).Count(mail => mail.State == MailState.Sent));
    }

    [Fact]
    public async Task Hanging_mail_server_does_not_delay_requests()
    {
        await _server.Mail(_sender, "to@example.com");
        var (reached, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        _transport.WhenSending = _ =>
        {
            reached.TrySetResult();
            return end.Task;
        };
        var hanging = Deliver();
        await reached.Task;
        for (var i = 0; i < 20; i++)
        {
            var receipt = await _server.Mail(_sender, $"to{i}@example.com");
            Assert.Equal("value", (await _server.TryReveal(SecretKey.Parse(receipt.SecretKey)!)).Value());
        }
        Assert.False(hanging.IsCompleted);
        end.SetResult();
        await hanging;
    }

    [Fact]
    public async Task One_connection_takes_many_mails()
    {
        for (var i = 0; i < 50; i++)
            await _server.Mail(_sender, $"to{i}@example.com");
        await Deliver();
        Assert.Equal((50, 2), (_transport.Taken.Count, _transport.Connections));
    }

    private Task<JobOutcome> Deliver() => _server.Get<DeliverMail>().Run(CancellationToken.None);

    private async Task<(MailState State, string? Reason)> State()
    {
        var mail = Assert.Single(await _server.Stored());
        return (mail.State, mail.Reason);
    }
}

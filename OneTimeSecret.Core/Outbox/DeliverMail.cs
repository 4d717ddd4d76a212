using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Delivers what is due in the outbox. A mail is claimed by moving its next attempt beyond this one's time-out, in one guarded UPDATE:
/// of any number of workers and servers one gets it. It is written down as sent after it was handed over, so a crash in between sends
/// it once more, under the same Message-ID (docs/adr/0007).
/// </summary>
public sealed class DeliverMail(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, ComposeMail compose, IMailTransport transport,
    TimeProvider time, IOptions<MailOptions> options, IOptions<StorageOptions> storage, ILogger<DeliverMail> log)
{
    /// <summary>How long to wait after the first, the second and each further failure; after the last one the mail is given up.</summary>
    internal static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6), TimeSpan.FromHours(6), TimeSpan.FromHours(6),
    ];

    /// <summary>A server that is away is asked at least this often: when it is back, nothing waits for long.</summary>
    private static readonly TimeSpan LongestWithoutServer = TimeSpan.FromMinutes(15);

    /// <summary>How long mails wait for a server that is away before they are given up.</summary>
    private static readonly TimeSpan GiveUpWithoutServer = TimeSpan.FromDays(2);

    /// <summary>What a mail that is on its way when the server stops has left: cut off, it would go once more later.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Connecting and sending have a time-out each, and writing down what came of it may wait for the database's lock.</summary>
    private TimeSpan Claim => TimeSpan.FromSeconds(2 * (options.Value.TimeoutSeconds + storage.Value.BusySeconds));

    /// <summary>Whether a mail is due.</summary>
    public async Task<bool> IsDue(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Due(db, time.GetUtcNow()).AnyAsync(cancellation);
    }

    /// <summary>Delivers until nothing is due, or the mail server is out of reach.</summary>
    /// <param name="cancellation">Begins no further mail.</param>
    public async Task<JobOutcome> Run(CancellationToken cancellation)
    {
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = cancellation.Register(() => end.CancelAfter(Grace));
        var workers = await Task.WhenAll(Enumerable.Range(0, options.Value.Connections).Select(_ => Work(cancellation, end.Token)));
        var (sent, trouble) = (workers.Sum(worker => worker.Sent), Array.Find(workers, worker => worker.Trouble is not null)?.Trouble);
        return trouble is null ? new JobOutcome(sent) : new JobOutcome(sent, JobResult.Delayed, trouble);
    }

    private async Task<Outcome> Work(CancellationToken stop, CancellationToken end)
    {
        IMailConnection? connection = null;
        var (count, trouble) = (0, (string?)null);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                // First the connection, then the mail: what dies or opts out while a server takes its time is not sent.
                if (connection is null && await IsDue(CancellationToken.None))
                    connection = await transport.Connect(end);
                if (connection is null || await write.RunWhenRoom(Take) is not { } mail)
                    break;
                var (sent, isOpen, refusal) = await Send(connection, mail, end);
                count += sent ? 1 : 0;
                trouble = refusal ?? trouble;
                if (!isOpen)
                {
                    await connection.DisposeAsync();
                    connection = null;
                }
            }
        }
        catch (MailException fault)
        {
            trouble = fault.Message;
            if (await write.RunWhenRoom(Take) is { } waiting)
                await write.RunWhenRoom(db => PostponeWithoutServer(db, waiting, fault.Message));
        }
        finally
        {
            if (connection is not null)
                await connection.DisposeAsync();
        }
        return new Outcome(count, trouble);
    }

    private async Task<(bool Sent, bool IsOpen, string? Refusal)> Send(IMailConnection connection, OutboxMail mail, CancellationToken end)
    {
        try
        {
            await connection.Send(mail.Id, compose.Run(mail.Id, mail.Open(ring)), end);
        }
        catch (MailException fault)
        {
            log.LogWarning("Mail {Id} was not taken: {Reason}", mail.Id, fault.Message);
            await write.RunWhenRoom(db => fault.IsFinal
                ? Finish(db, mail.Id, MailState.Failed, fault.Message)
                : Postpone(db, mail, fault.Message));
            return (false, fault.IsFinal, fault.Message);
        }
        catch (BrokenBoxException fault)
        {
            log.LogError(fault, "Mail {Id} was changed outside the program and is not sent", mail.Id);
            await write.RunWhenRoom(db => Finish(db, mail.Id, MailState.Failed, "The stored mail is damaged."));
            return (false, true, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Not the exception itself: what a library says of a mail may hold its address.
            log.LogError("Mail {Id} met an unforeseen {Fault} and will be tried again", mail.Id, fault.GetType());
            await write.RunWhenRoom(db => Postpone(db, mail, $"An unforeseen {fault.GetType().Name}."));
            return (false, false, null);
        }
        await write.RunWhenRoom(db => Finish(db, mail.Id, MailState.Sent, null));
        return (true, true, null);
    }

    /// <summary>What may leave now. Mails of a suspended account wait.</summary>
    private static IQueryable<OutboxMail> Due(OtsDbContext db, DateTimeOffset now) => OutboxMail.Useful(db, now)
        .Where(m => m.NextAttempt <= now)
        .Where(m => db.Users.Any(a => a.Id == m.OwnerId && a.Suspended == null));

    private async Task<OutboxMail?> Take(OtsDbContext db)
    {
        var now = time.GetUtcNow();
        while (await Due(db, now).AsNoTracking().OrderBy(m => m.NextAttempt).FirstOrDefaultAsync() is { } mail)
        {
            var optedOut = db.Mails.Where(m => m.Id == mail.Id && m.Kind == MailKind.SecretLink)
                .Join(db.OptOuts, m => m.RecipientHash, o => o.RecipientHash, (m, o) => m.Id);
            if (await optedOut.AnyAsync())
            {
                log.LogInformation("Mail {Id} is not sent: its recipient wants none", mail.Id);
                await Finish(db, mail.Id, MailState.Failed, "The recipient wants no mails from this server.");
                continue;
            }
            var (seen, claimed) = (mail.NextAttempt, now + Claim);
            var taken = await db.Outbox.Where(m => m.Id == mail.Id && m.NextAttempt == seen).ExecuteUpdateAsync(set => set
                .SetProperty(m => m.NextAttempt, claimed)
                .SetProperty(m => m.Attempts, m => m.Attempts + 1));
            if (taken == 1)
            {
                mail.Attempts++;
                return mail;
            }
        }
        return null;
    }

    /// <summary>An attempt that reached no server says nothing of the mail, and is given back.</summary>
    private async Task<int> PostponeWithoutServer(OtsDbContext db, OutboxMail mail, string reason)
    {
        var now = time.GetUtcNow();
        var age = now - await db.Mails.Where(m => m.Id == mail.Id).Select(m => m.Created).SingleOrDefaultAsync();
        if (age > GiveUpWithoutServer)
            return await Finish(db, mail.Id, MailState.Failed, reason);
        var delay = TimeSpan.FromTicks(Math.Clamp(age.Ticks / 4, Delays[0].Ticks, LongestWithoutServer.Ticks));
        return await Postpone(db, mail, mail.Attempts - 1, now + delay, reason);
    }

    private Task<int> Postpone(OtsDbContext db, OutboxMail mail, string reason) => mail.Attempts > Delays.Length
        ? Finish(db, mail.Id, MailState.Failed, reason)
        : Postpone(db, mail, mail.Attempts, time.GetUtcNow() + Delays[mail.Attempts - 1], reason);

    /// <summary>Does nothing when the claim ran out meanwhile: then the mail is another worker's, or gone.</summary>
    private async Task<int> Postpone(OtsDbContext db, OutboxMail mail, int attempts, DateTimeOffset next, string reason)
    {
        var mine = await db.Outbox.Where(m => m.Id == mail.Id && m.Attempts == mail.Attempts)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Attempts, attempts).SetProperty(m => m.NextAttempt, next));
        return mine == 0 ? 0 : await Note(db, mail.Id, MailState.Queued, reason);
    }

    /// <summary>A mail that went leaves no content behind; that of a dead letter stays, for an operator to send it after all.</summary>
    private async Task<int> Finish(OtsDbContext db, Guid id, MailState state, string? reason)
    {
        var content = db.Outbox.Where(m => m.Id == id);
        if (state == MailState.Sent)
        {
            await content.ExecuteDeleteAsync();
            db.Deleted();
        }
        else
            await content.ExecuteUpdateAsync(set => set.SetProperty(m => m.NextAttempt, (DateTimeOffset?)null));
        return await Note(db, id, state, reason);
    }

    private Task<int> Note(OtsDbContext db, Guid id, MailState state, string? reason)
    {
        var now = time.GetUtcNow();
        return db.Mails.Where(m => m.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, state).SetProperty(m => m.Updated, now).SetProperty(m => m.Reason, reason));
    }

    private sealed record Outcome(int Sent, string? Trouble);
}

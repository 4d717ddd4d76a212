using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Mail;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Delivers the due mails of the outbox. A mail is recorded as sent only after the mail server has accepted it, so a crash in between
/// sends it again, under the same Message-ID (docs/adr/0007).
/// </summary>
public sealed class DeliverMail(
    OutboxQueue queue, ComposeMail compose, IMailTransport transport, TimeProvider time, IOptions<MailOptions> options,
    ILogger<DeliverMail> log)
{
    /// <summary>How long a transfer may continue when the server stops. A mail that is cut off is sent again later.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Delivers until no mail is due, or the mail server cannot be reached.</summary>
    /// <param name="cancellation">Starts no further mail.</param>
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
                // Connect before claiming: while a slow server answers, the secret may go or the recipient may opt out.
                if (connection is null && await queue.IsDue(CancellationToken.None))
                    connection = await transport.Connect(end);
                if (connection is null || await queue.Claim() is not { } mail)
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
            if (await queue.Claim() is { } waiting)
                await queue.PostponeWithoutServer(waiting, fault.Message);
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
            await connection.Send(mail.Id, compose.Run(mail.Id, mail.OwnerId, mail.Box), end);
        }
        catch (MailException fault)
        {
            log.LogWarning("Mail {Id} was not delivered: {Reason}", mail.Id, fault.Message);
            await (fault.IsFinal ? queue.GiveUp(mail, fault.Message) : queue.Postpone(mail, fault.Message));
            return (false, fault.IsFinal, fault.Message);
        }
        catch (BrokenBoxException fault)
        {
            log.LogError(fault, "Mail {Id} was changed outside the program and is not sent", mail.Id);
            await queue.GiveUp(mail, "The stored mail is damaged.");
            return (false, true, null);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The exception itself is not logged, because a library's message may contain the mail's address.
            log.LogError("Mail {Id} failed with an unexpected {Fault} and will be tried again", mail.Id, fault.GetType());
            await queue.Postpone(mail, $"Unexpected error: {fault.GetType().Name}.");
            return (false, false, null);
        }
        await queue.Sent(mail.Id);
        return (true, true, null);
    }

    private sealed record Outcome(int Sent, string? Trouble);
}

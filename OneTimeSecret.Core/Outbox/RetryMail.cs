using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Puts a dead letter back into the queue with its attempts set to 0, if the mail is still useful.</summary>
public sealed class RetryMail(AdminAct act, MailSignal signal, TimeProvider time)
{
    /// <summary>Queues the mail <paramref name="id"/> again.</summary>
    /// <returns><see cref="AdminOutcome.NotThere"/>: the mail is not a dead letter, or its content or secret is gone.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return act.Run(
            admin, AuditKind.MailRetried, id.ToString(), null,
            async db =>
            {
                var mails = db.Mails;
                var queued = await OutboxMail.Useful(db, now)
                    .Where(m => m.Id == id && m.NextAttempt == null)
                    .Where(m => mails.Any(mail => mail.Id == id && mail.State == MailState.Failed))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(m => m.NextAttempt, now).SetProperty(m => m.Attempts, 0));
                if (queued == 0)
                    return AdminOutcome.NotThere;
                await db.Mails.Where(m => m.Id == id).ExecuteUpdateAsync(set => set
                    .SetProperty(m => m.State, MailState.Queued).SetProperty(m => m.Updated, now));
                db.AfterCommit(signal.Raise);
                return AdminOutcome.Done;
            },
            cancellation);
    }
}

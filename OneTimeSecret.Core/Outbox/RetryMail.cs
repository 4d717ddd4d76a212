using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Puts a dead letter back into the queue, with all its attempts before it, as long as it still tells of something.</summary>
public sealed class RetryMail(AdminAct act, MailSignal signal, TimeProvider time)
{
    /// <summary>Puts the mail <paramref name="id"/> back.</summary>
    /// <returns><see cref="AdminOutcome.NotThere"/>: it is no dead letter, or its content or its secret is gone.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
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

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Queues a mail in the transaction of its cause, so that both happen or neither does. The limits on mails with links are checked in
/// that transaction too, so that concurrent callers cannot exceed them.
/// </summary>
public sealed class PostMail(KeyRing ring, MailSignal signal, TimeProvider time, IOptions<LimitOptions> limits)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Creates a mail without storing it.</summary>
    /// <param name="kind">What kind of mail.</param>
    /// <param name="owner">The account that sends or receives the mail.</param>
    /// <param name="content">The content.</param>
    /// <param name="receiptId">The receipt that the mail is about.</param>
    /// <param name="secretId">The secret whose deletion deletes the mail's content.</param>
    /// <param name="asker">Who causes the mail (<see cref="OutboxMail.Asker"/>). Null: the account.</param>
    internal PreparedMail Prepare(
        MailKind kind, Guid owner, MailContent content, byte[]? receiptId = null, byte[]? secretId = null, string? asker = null)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new PreparedMail(
            new StoredMail
            {
                Id = id, Kind = kind, OwnerId = owner, ReceiptId = receiptId,
                RecipientHash = EmailAddress.HashOf(ring, content.To),
                MailboxHash = EmailAddress.HashOf(ring, EmailAddress.WithoutTag(content.To)),
                State = MailState.Queued, Created = now, Updated = now,
            },
            new OutboxMail
            {
                Id = id, SecretId = secretId, OwnerId = owner, Asker = asker ?? owner.ToString(), Box = content.Seal(ring, id, owner),
                NextAttempt = now,
            });
    }

    /// <summary>Why a secret's link may not be mailed. Null: it may be.</summary>
    internal async Task<MailRefusal?> Refuse(OtsDbContext db, PreparedMail letter, DateTimeOffset now)
    {
        var (owner, recipient, mailbox) = (letter.Mail.OwnerId, letter.Mail.RecipientHash, letter.Mail.MailboxHash);
        await db.Lock(RowLock.Account(owner), RowLock.Recipient(recipient), RowLock.Recipient(mailbox));
        if (await db.OptOuts.AnyAsync(o => o.RecipientHash == recipient))
            return new MailRefusal.OptedOut();
        if (!limits.Value.Enabled)
            return null;
        var today = db.Mails.Where(m => m.Kind == MailKind.SecretLink && m.Created > now - Day);
        var sender = await db.Users.Where(a => a.Id == owner)
            .Select(a => new { a.MailLimit, IsNew = a.Created > now - Day }).SingleOrDefaultAsync();
        var most = sender?.MailLimit ?? (sender is { IsNew: true } ? limits.Value.MailsOnFirstDay : limits.Value.MailsPerAccount);
        var ends = new[]
        {
            await Full(today.Where(m => m.OwnerId == owner), most, now),
            await Full(today.Where(m => m.MailboxHash == mailbox), limits.Value.MailsPerRecipient, now),
        };
        return ends.Max() is { } end ? new MailRefusal.TooMany(end - now) : null;
    }

    /// <summary>Stores a mail, and starts its delivery after the commit.</summary>
    internal void Add(OtsDbContext db, PreparedMail letter)
    {
        db.AddRange(letter.Mail, letter.Content);
        db.AfterCommit(signal.Raise);
    }

    /// <summary>When the next mail may be sent, if these mails have reached the daily limit. Null: now.</summary>
    private static async Task<DateTimeOffset?> Full(IQueryable<StoredMail> mails, int limit, DateTimeOffset now)
    {
        if (limit == 0)
            return now + Day;
        var first = await mails
            .OrderByDescending(m => m.Created).Skip(limit - 1).Select(m => (DateTimeOffset?)m.Created).FirstOrDefaultAsync();
        return first + Day;
    }
}

/// <summary>A mail that is not stored yet: its lasting record and its content.</summary>
internal sealed record PreparedMail(StoredMail Mail, OutboxMail Content);

/// <summary>Why a mail with a link is not sent.</summary>
internal abstract record MailRefusal
{
    /// <summary>The recipient has opted out.</summary>
    public sealed record OptedOut : MailRefusal;

    /// <summary>The sender or the recipient has reached the daily limit.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : MailRefusal;
}

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// Puts mails into the outbox, in the transaction of what they tell of: both happen or neither. How many mails with links there may
/// be is counted in that transaction too, so that no number of callers at once gets past a limit.
/// </summary>
public sealed class PostMail(KeyRing ring, MailSignal signal, TimeProvider time, IOptions<LimitOptions> limits)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Writes a mail; nothing is stored yet.</summary>
    /// <param name="kind">What kind of mail.</param>
    /// <param name="owner">The account that sends it, or that it is for.</param>
    /// <param name="content">What it says.</param>
    /// <param name="receiptId">The receipt that it is about.</param>
    /// <param name="secretId">The secret whose end is its own.</param>
    internal PreparedMail Prepare(MailKind kind, Guid owner, MailContent content, byte[]? receiptId = null, byte[]? secretId = null)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new PreparedMail(
            new StoredMail
            {
                Id = id, Kind = kind, OwnerId = owner, ReceiptId = receiptId, RecipientHash = EmailAddress.HashOf(ring, content.To),
                State = MailState.Queued, Created = now, Updated = now,
            },
            new OutboxMail { Id = id, SecretId = secretId, OwnerId = owner, Box = content.Seal(ring, id, owner), NextAttempt = now });
    }

    /// <summary>Why a mail with a link may not be sent; null: it may.</summary>
    internal async Task<MailRefusal?> Refuse(OtsDbContext db, PreparedMail letter, DateTimeOffset now)
    {
        var (owner, recipient) = (letter.Mail.OwnerId, letter.Mail.RecipientHash);
        await db.Lock(RowLock.Account(owner), RowLock.Recipient(recipient));
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
            await Full(today.Where(m => m.RecipientHash == recipient), limits.Value.MailsPerRecipient, now),
        };
        return ends.Max() is { } end ? new MailRefusal.TooMany(end - now) : null;
    }

    /// <summary>Stores a mail, and has it delivered after the commit.</summary>
    internal void Add(OtsDbContext db, PreparedMail letter)
    {
        db.AddRange(letter.Mail, letter.Content);
        db.AfterCommit(signal.Raise);
    }

    /// <summary>When the next mail may go if these are as many as a day allows; null: now.</summary>
    private static async Task<DateTimeOffset?> Full(IQueryable<StoredMail> mails, int limit, DateTimeOffset now)
    {
        if (limit == 0)
            return now + Day;
        var first = await mails
            .OrderByDescending(m => m.Created).Skip(limit - 1).Select(m => (DateTimeOffset?)m.Created).FirstOrDefaultAsync();
        return first + Day;
    }
}

/// <summary>A mail on its way into the outbox: what is kept of it, and its content.</summary>
internal sealed record PreparedMail(StoredMail Mail, OutboxMail Content);

/// <summary>Why a mail with a link is not sent.</summary>
internal abstract record MailRefusal
{
    /// <summary>The recipient wants none.</summary>
    public sealed record OptedOut : MailRefusal;

    /// <summary>As many as a day allows have gone.</summary>
    public sealed record TooMany(TimeSpan RetryAfter) : MailRefusal;
}

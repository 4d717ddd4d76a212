using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// The queue of deliveries. A worker claims a mail, delivers it and records the result. A claim is one conditional UPDATE that moves the
/// next attempt beyond the worker's time-out, so only one worker of all servers gets the mail (docs/adr/0007).
/// </summary>
public sealed class OutboxQueue(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time, IOptions<MailOptions> options,
    IOptions<StorageOptions> storage, ILogger<OutboxQueue> log)
{
    /// <summary>How long to wait after each failure, in order. A mail that fails once more after the last delay is given up.</summary>
    internal static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(3),
        TimeSpan.FromHours(6), TimeSpan.FromHours(6), TimeSpan.FromHours(6),
    ];

    /// <summary>Longest wait between attempts to reach the mail server, so that mails leave soon after it is back.</summary>
    private static readonly TimeSpan LongestWithoutServer = TimeSpan.FromMinutes(15);

    /// <summary>Age at which a mail is given up while the mail server cannot be reached.</summary>
    private static readonly TimeSpan GiveUpWithoutServer = TimeSpan.FromDays(2);

    /// <summary>Whose turn it was last. Each process counts turns by itself: a restart or a second server changes only the order.</summary>
    private string _lastAsker = "";

    /// <summary>How long a claim lasts. Connecting and sending have a time-out each, and writes may wait for the database's lock.</summary>
    private TimeSpan ClaimTime => TimeSpan.FromSeconds(2 * (options.Value.TimeoutSeconds + storage.Value.BusySeconds));

    /// <summary>Whether a mail is due.</summary>
    public async Task<bool> IsDue(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Due(db, time.GetUtcNow()).AnyAsync(cancellation);
    }

    /// <summary>Claims the next mail. Null: no mail is due.</summary>
    internal Task<OutboxMail?> Claim() => write.RunWhenRoom(Claim);

    /// <summary>
    /// Records that a mail was sent, and deletes its content. That also holds if the claim has expired or the content is gone: the mail
    /// server has the mail, and another worker would only send it again.
    /// </summary>
    internal Task<int> Sent(Guid id) => write.RunWhenRoom(async db =>
    {
        db.Deleted(await db.Outbox.Where(m => m.Id == id).ExecuteDeleteAsync());
        return await SetState(db, id, MailState.Sent, null);
    });

    /// <summary>Gives up a claimed mail.</summary>
    /// <param name="reason">Why, in words for the operator.</param>
    internal Task<int> GiveUp(OutboxMail mail, string reason) => write.RunWhenRoom(db => GiveUp(db, mail, reason));

    /// <summary>Puts a claimed mail back for a later attempt, or gives it up after the last one.</summary>
    internal Task<int> Postpone(OutboxMail mail, string reason) => write.RunWhenRoom(db => mail.Attempts > Delays.Length
        ? GiveUp(db, mail, reason)
        : Postpone(db, mail, mail.Attempts, time.GetUtcNow() + Delays[mail.Attempts - 1], reason));

    /// <summary>
    /// As <see cref="Postpone(OutboxMail, string)"/>, when the mail server could not be reached. The attempt is not counted, and a mail
    /// older than two days is given up.
    /// </summary>
    internal Task<int> PostponeWithoutServer(OutboxMail mail, string reason) =>
        write.RunWhenRoom(db => PostponeWithoutServer(db, mail, reason));

    /// <summary>The mails that may be sent now. Mails of a suspended account wait.</summary>
    private static IQueryable<OutboxMail> Due(OtsDbContext db, DateTimeOffset now) => OutboxMail.Useful(db, now)
        .Where(m => m.NextAttempt <= now)
        .Where(m => db.Users.Any(a => a.Id == m.OwnerId && a.Suspended == null));

    private async Task<OutboxMail?> Claim(OtsDbContext db)
    {
        var now = time.GetUtcNow();
        while (await Next(Due(db, now).AsNoTracking()) is { } mail)
        {
            var optedOut = db.Mails.Where(m => m.Id == mail.Id && m.Kind == MailKind.SecretLink)
                .Join(db.OptOuts, m => m.RecipientHash, o => o.RecipientHash, (m, o) => m.Id);
            if (await optedOut.AnyAsync())
            {
                log.LogInformation("Mail {Id} is not sent, because its recipient has opted out", mail.Id);
                await GiveUp(db, mail, "The recipient wants no mails from this server.");
                continue;
            }
            var claimed = now + ClaimTime;
            var taken = await Unchanged(db, mail).ExecuteUpdateAsync(set => set
                .SetProperty(m => m.NextAttempt, claimed)
                .SetProperty(m => m.Attempts, m => m.Attempts + 1));
            if (taken == 1)
            {
                (mail.Attempts, mail.NextAttempt) = (mail.Attempts + 1, claimed);
                return mail;
            }
        }
        return null;
    }

    /// <summary>
    /// The mail that is due longest of the next asker who has one. Askers are served in turns, so a new one waits for at most one mail of
    /// each other asker, however many mails those have queued (docs/adr/0012).
    /// </summary>
    private async Task<OutboxMail?> Next(IQueryable<OutboxMail> due)
    {
        var turns = due.OrderBy(m => m.Asker).ThenBy(m => m.NextAttempt);
        var last = _lastAsker;
        var mail = await turns.Where(m => m.Asker.CompareTo(last) > 0).FirstOrDefaultAsync()
            // Always true, so that the database walks the index of askers instead of sorting all due mails.
            ?? await turns.Where(m => m.Asker.CompareTo("") >= 0).FirstOrDefaultAsync();
        _lastAsker = mail?.Asker ?? "";
        return mail;
    }

    /// <summary>
    /// The mail as it was read or claimed. Each claim moves <see cref="OutboxMail.NextAttempt"/> to a later time than all claims before,
    /// so this finds nothing once another worker has claimed the mail after this claim expired, or when the mail is gone.
    /// </summary>
    private static IQueryable<OutboxMail> Unchanged(OtsDbContext db, OutboxMail mail)
    {
        var (id, seen) = (mail.Id, mail.NextAttempt);
        return db.Outbox.Where(m => m.Id == id && m.NextAttempt == seen);
    }

    /// <summary>Does not count the attempt: the mail is not the reason why the server could not be reached.</summary>
    private async Task<int> PostponeWithoutServer(OtsDbContext db, OutboxMail mail, string reason)
    {
        var now = time.GetUtcNow();
        var age = now - await db.Mails.Where(m => m.Id == mail.Id).Select(m => m.Created).SingleOrDefaultAsync();
        if (age > GiveUpWithoutServer)
            return await GiveUp(db, mail, reason);
        var delay = TimeSpan.FromTicks(Math.Clamp(age.Ticks / 4, Delays[0].Ticks, LongestWithoutServer.Ticks));
        return await Postpone(db, mail, mail.Attempts - 1, now + delay, reason);
    }

    /// <summary>Does nothing if the claim has expired.</summary>
    private async Task<int> Postpone(OtsDbContext db, OutboxMail mail, int attempts, DateTimeOffset next, string reason)
    {
        var mine = await Unchanged(db, mail)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.Attempts, attempts).SetProperty(m => m.NextAttempt, next));
        return mine == 0 ? 0 : await SetState(db, mail.Id, MailState.Queued, reason);
    }

    /// <summary>
    /// Makes the mail a dead letter, which keeps its content so that an administrator can retry it. Does nothing if the claim has expired.
    /// </summary>
    private async Task<int> GiveUp(OtsDbContext db, OutboxMail mail, string reason)
    {
        var mine = await Unchanged(db, mail)
            .ExecuteUpdateAsync(set => set.SetProperty(m => m.NextAttempt, (DateTimeOffset?)null));
        return mine == 0 ? 0 : await SetState(db, mail.Id, MailState.Failed, reason);
    }

    private Task<int> SetState(OtsDbContext db, Guid id, MailState state, string? reason)
    {
        var now = time.GetUtcNow();
        return db.Mails.Where(m => m.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, state).SetProperty(m => m.Updated, now).SetProperty(m => m.Reason, reason));
    }
}

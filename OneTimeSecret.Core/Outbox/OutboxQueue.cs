using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>
/// The queue of deliveries: who claims a mail delivers it, and says afterwards what came of it. A claim moves the next attempt beyond its
/// own time-out, in one guarded UPDATE: of any number of workers and servers one gets the mail (docs/adr/0007).
/// </summary>
public sealed class OutboxQueue(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time, IOptions<MailOptions> options,
    IOptions<StorageOptions> storage, ILogger<OutboxQueue> log)
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

    /// <summary>Connecting and sending have a time-out each, and writing down what came of it may wait for the database's lock.</summary>
    private TimeSpan ClaimTime => TimeSpan.FromSeconds(2 * (options.Value.TimeoutSeconds + storage.Value.BusySeconds));

    /// <summary>Whether a mail is due.</summary>
    public async Task<bool> IsDue(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await Due(db, time.GetUtcNow()).AnyAsync(cancellation);
    }

    /// <summary>Claims the mail that has been due longest; null: nothing is due.</summary>
    internal Task<OutboxMail?> Claim() => write.RunWhenRoom(Claim);

    /// <summary>Says that a claimed mail was handed over.</summary>
    internal Task<int> Sent(Guid id) => write.RunWhenRoom(db => Finish(db, id, MailState.Sent, null));

    /// <summary>Gives a claimed mail up.</summary>
    /// <param name="id">The mail's id.</param>
    /// <param name="reason">Why, in words for the operator.</param>
    internal Task<int> GiveUp(Guid id, string reason) => write.RunWhenRoom(db => Finish(db, id, MailState.Failed, reason));

    /// <summary>Puts a claimed mail back for a later attempt; after the last one it is given up.</summary>
    internal Task<int> Postpone(OutboxMail mail, string reason) => write.RunWhenRoom(db => Postpone(db, mail, reason));

    /// <summary>
    /// As <see cref="Postpone(OutboxMail, string)"/>, when the mail server could not be reached: the attempt is not counted, and after two
    /// days the mail is given up.
    /// </summary>
    internal Task<int> PostponeWithoutServer(OutboxMail mail, string reason) =>
        write.RunWhenRoom(db => PostponeWithoutServer(db, mail, reason));

    /// <summary>What may leave now. Mails of a suspended account wait.</summary>
    private static IQueryable<OutboxMail> Due(OtsDbContext db, DateTimeOffset now) => OutboxMail.Useful(db, now)
        .Where(m => m.NextAttempt <= now)
        .Where(m => db.Users.Any(a => a.Id == m.OwnerId && a.Suspended == null));

    private async Task<OutboxMail?> Claim(OtsDbContext db)
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
            var (seen, claimed) = (mail.NextAttempt, now + ClaimTime);
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
        return mine == 0 ? 0 : await SetState(db, mail.Id, MailState.Queued, reason);
    }

    /// <summary>A mail that went leaves no content behind; that of a dead letter stays, for an operator to send it after all.</summary>
    private async Task<int> Finish(OtsDbContext db, Guid id, MailState state, string? reason)
    {
        var content = db.Outbox.Where(m => m.Id == id);
        if (state == MailState.Sent)
        {
            db.Deleted(await content.ExecuteDeleteAsync());
        }
        else
            await content.ExecuteUpdateAsync(set => set.SetProperty(m => m.NextAttempt, (DateTimeOffset?)null));
        return await SetState(db, id, state, reason);
    }

    private Task<int> SetState(OtsDbContext db, Guid id, MailState state, string? reason)
    {
        var now = time.GetUtcNow();
        return db.Mails.Where(m => m.Id == id).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, state).SetProperty(m => m.Updated, now).SetProperty(m => m.Reason, reason));
    }
}

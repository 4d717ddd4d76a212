using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Queues a mail that tells an account's owner about an event, in the transaction of that event. The owner thereby learns what somebody
/// else does with the account. Queues nothing if the server sends no mail or the address is not verified.
/// </summary>
public sealed class PostNotice(PostMail post, IOptions<MailOptions> mail)
{
    /// <summary>Queues a notice to the address that the account has now.</summary>
    /// <param name="by">The owner, who did it. Null: the operator or an administrator did it, of whom the mail says nothing more.</param>
    internal async Task Add(OtsDbContext db, Guid accountId, AccountEvent what, Caller? by, DateTimeOffset now) =>
        Add(db, await Prepare(db, accountId, what, by, now));

    /// <summary>Queues a notice that <see cref="Prepare"/> returned. Does nothing for null.</summary>
    internal void Add(OtsDbContext db, PreparedMail? notice)
    {
        if (notice is not null)
            post.Add(db, notice);
    }

    /// <summary>
    /// Prepares a notice to the address that the account has now, without queueing it. For operations that remove this address and may
    /// still refuse afterwards: a queued notice would be saved even if the operation returns a refusal. Null: there is nothing to send.
    /// </summary>
    internal async Task<PreparedMail?> Prepare(OtsDbContext db, Guid accountId, AccountEvent what, Caller? by, DateTimeOffset now)
    {
        if (!mail.Value.Sends())
            return null;
        var email = await db.Users.Where(a => a.Id == accountId && a.EmailConfirmed).Select(a => a.Email).SingleOrDefaultAsync();
        return email is null ? null : post.Prepare(
            MailKind.AccountNotice, accountId, new AccountNoticeMail(email, what, now, by?.Browser, by?.Client));
    }
}

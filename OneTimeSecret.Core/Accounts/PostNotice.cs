using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Writes to an account what happened to it, in the transaction in which it happens: its owner must hear of what somebody else does
/// with it. Without mail, or without a proved address, nothing is written.
/// </summary>
public sealed class PostNotice(PostMail post, IOptions<MailOptions> mail)
{
    internal async Task Add(OtsDbContext db, Guid accountId, AccountEvent what, Caller by, DateTimeOffset now)
    {
        if (!mail.Value.Sends())
            return;
        var email = await db.Users.Where(a => a.Id == accountId && a.EmailConfirmed).Select(a => a.Email).SingleOrDefaultAsync();
        if (email is not null)
            post.Add(db, post.Prepare(
                MailKind.AccountNotice, accountId, new AccountNoticeMail(email, what, now, by.Browser, by.Client)));
    }
}

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
    /// <summary>Writes a notice to the address that the account has now.</summary>
    internal async Task Add(OtsDbContext db, Guid accountId, AccountEvent what, Caller by, DateTimeOffset now) =>
        Add(db, await Prepare(db, accountId, what, by, now));

    /// <summary>Stores a notice that was prepared; null: there is none.</summary>
    internal void Add(OtsDbContext db, PreparedMail? notice)
    {
        if (notice is not null)
            post.Add(db, notice);
    }

    /// <summary>
    /// Prepares a notice to the address that the account has now, for what takes that address away and may yet be refused: whatever an
    /// operation has added is saved, also when it refuses.
    /// </summary>
    internal async Task<PreparedMail?> Prepare(OtsDbContext db, Guid accountId, AccountEvent what, Caller by, DateTimeOffset now)
    {
        if (!mail.Value.Sends())
            return null;
        var email = await db.Users.Where(a => a.Id == accountId && a.EmailConfirmed).Select(a => a.Email).SingleOrDefaultAsync();
        return email is null ? null : post.Prepare(
            MailKind.AccountNotice, accountId, new AccountNoticeMail(email, what, now, by.Browser, by.Client));
    }
}

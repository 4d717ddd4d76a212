using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Writes to an account what happened to it, in the transaction in which it happens: its owner must hear of what somebody else does
/// with it. Without mail, or without a proved address, nothing is written.
/// </summary>
public sealed class PostNotice(PostMail post, IOptions<MailOptions> mail)
{
    internal async Task Add(OtsDbContext db, Guid accountId, AccountEvent what, Visitor by, DateTimeOffset now)
    {
        if (!mail.Value.Sends())
            return;
        var email = await db.Users.Where(a => a.Id == accountId && a.EmailConfirmed).Select(a => a.Email).SingleOrDefaultAsync();
        if (email is not null)
            PostMail.Add(db, post.Write(
                MailKind.AccountNotice, accountId, new AccountNoticeMail(email, what, now, by.Browser, by.Client)));
    }

    internal void Signal() => post.Signal();
}

/// <summary>What an account's owner is told of.</summary>
public enum AccountEvent
{
    /// <summary>A browser signed in that never had before.</summary>
    NewSignIn,

    /// <summary>The password was changed, or set by a link.</summary>
    PasswordChanged,

    /// <summary>The address was changed; goes to the old one.</summary>
    AddressChanged,

    /// <summary>An authenticator app was added.</summary>
    TotpAdded,

    /// <summary>The authenticator app was removed.</summary>
    TotpRemoved,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved,

    /// <summary>New recovery codes were made.</summary>
    RecoveryCodesMade,

    /// <summary>An API token was made.</summary>
    TokenMade,

    /// <summary>The account was deleted.</summary>
    AccountDeleted,
}

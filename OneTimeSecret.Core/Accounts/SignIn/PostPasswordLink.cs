using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Mails a link for setting a password to an address that somebody typed. The caller waits for the same work for every address. The work
/// that depends on whether the address has an account runs later (<see cref="UnseenWork"/>).
/// </summary>
public sealed class PostPasswordLink(
    UserManager<Account> accounts, PostMail post, UnseenWork unseen, TimeProvider time)
{
    /// <summary>Mails a link to <paramref name="address"/>.</summary>
    /// <param name="address">The address as typed.</param>
    /// <param name="signsUp">Whether to make a pending account if the address has none. If false, such an address gets no mail.</param>
    internal async Task Run(EmailAddress address, bool signsUp)
    {
        var now = time.GetUtcNow();
        var known = await accounts.Users.WithAddress(address).SingleOrDefaultAsync();
        var account = known ?? PendingAccount.New(address, now);
        var token = await accounts.GeneratePasswordResetTokenAsync(account);
        var reason = !signsUp ? PasswordLinkReason.Asked
            : PendingAccount.Is(account) ? PasswordLinkReason.SignUp
            : PasswordLinkReason.SignUpAgain;
        var letter = post.Prepare(
            MailKind.PasswordLink, account.Id, new PasswordLinkMail(account.Email!, token, now + AccountLinks.Lifetime, reason));
        unseen.Write(db => known is null && !signsUp
            ? Pretend(db, account, letter)
            : Add(db, account, known is null, letter, now));
    }

    /// <summary>Makes and undoes the same writes for an address without account, so that disk and queue show no difference.</summary>
    private async Task<bool> Pretend(OtsDbContext db, Account nobody, PreparedMail letter)
    {
        await db.Lock(RowLock.Address(nobody.NormalizedEmail!), RowLock.Account(nobody.Id)); // as Add does
        if (await db.Users.AnyAsync(a => a.NormalizedEmail == nobody.NormalizedEmail))
            return false; // another request made the account meanwhile
        db.Add(nobody);
        post.Add(db, letter);
        await db.SaveChangesAsync();
        return await db.Users.Where(a => a.Id == nobody.Id).ExecuteDeleteAsync() == 1;
    }

    private async Task<bool> Add(OtsDbContext db, Account account, bool isNew, PreparedMail letter, DateTimeOffset now)
    {
        await db.Lock(RowLock.Address(account.NormalizedEmail!), RowLock.Account(account.Id));
        if (isNew)
        {
            // A parallel request has made the account, and has queued its own mail.
            if (await db.Users.AnyAsync(a => a.NormalizedEmail == account.NormalizedEmail))
                return false;
            db.Add(account);
        }
        else if (!await db.Users.AnyAsync(a => a.Id == account.Id && a.Deleted == null))
            return false;
        else
            await PendingAccount.Renew(db, account.Id, now);
        post.Add(db, letter);
        return true;
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Mails a link for setting a password to whoever types an address. What the caller waits for is the same for every address; what
/// differs (whether there is an account, and so a mail) happens unseen.
/// </summary>
public sealed class PostPasswordLink(
    UserManager<Account> accounts, PostMail post, UnseenWork unseen, TimeProvider time)
{
    /// <summary>Mails a link to <paramref name="address"/>.</summary>
    /// <param name="address">The address as it was typed.</param>
    /// <param name="signsUp">Whether there is to be a pending account if there is none; else nothing is mailed then.</param>
    internal async Task Run(EmailAddress address, bool signsUp)
    {
        var now = time.GetUtcNow();
        var known = await accounts.FindByEmailAsync(address.Text);
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

    /// <summary>Does for nobody what is done for somebody, and undoes it: neither the disk nor the queue shows a difference.</summary>
    private async Task<bool> Pretend(OtsDbContext db, Account nobody, PreparedMail letter)
    {
        await db.Lock(RowLock.Address(nobody.NormalizedEmail!), RowLock.Account(nobody.Id)); // the same statements as for an account
        if (await db.Users.AnyAsync(a => a.NormalizedEmail == nobody.NormalizedEmail))
            return false; // somebody signed up with the address meanwhile
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
            // Two forms at once: one of them makes the account, and its mail is enough.
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

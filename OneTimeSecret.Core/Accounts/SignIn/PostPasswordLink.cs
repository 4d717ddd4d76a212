using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Mails a link for setting a password to an address that somebody typed. The caller waits for the same work for every address. The work
/// that depends on whether the address has an account runs later (<see cref="UnseenWork"/>).
/// </summary>
public sealed class PostPasswordLink(
    UserManager<Account> accounts, MailedLinks mailed, PostMail post, UnseenWork unseen, KeyRing ring, TimeProvider time)
{
    /// <summary>Mails a link to <paramref name="address"/>, unless its mailbox has got as many as an hour allows.</summary>
    /// <param name="use">
    /// To sign up, an address without an account gets a pending account. For a new password, such an address gets no mail.
    /// </param>
    /// <param name="address">The address as typed.</param>
    /// <param name="by">Who requests the link.</param>
    /// <param name="devices">The accounts that this browser has signed in to before.</param>
    /// <returns>Why nothing is mailed. Null: the link is mailed, or nobody may learn that it is not.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
    internal async Task<LinkRefusal?> Run(
        LinkUse use, EmailAddress address, Caller by, IReadOnlyCollection<KnownDevice> devices, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var known = await accounts.Users.WithAddress(address).SingleOrDefaultAsync(cancellation);
        var device = known is null ? null : KnownDevice.Of(devices, ring, known.Id, known.SecurityStamp!);
        var request = new LinkRequest(use, address, by, time.GetTimestamp(), device?.Id);
        if (await mailed.Ask(request, cancellation) is { } refusal)
            return refusal;
        var account = known ?? PendingAccount.New(address, now);
        var token = await accounts.GeneratePasswordResetTokenAsync(account);
        var reason = use is LinkUse.Password ? PasswordLinkReason.Asked
            : PendingAccount.Is(account) ? PasswordLinkReason.SignUp
            : PasswordLinkReason.SignUpAgain;
        var letter = post.Prepare(
            MailKind.PasswordLink, account.Id, new PasswordLinkMail(account.Email!, token, now + AccountLinks.Lifetime, reason),
            asker: ClientAddress.Of(by.Client).Neighbours);
        unseen.Write(async db =>
        {
            var isQueued = known is null && use is LinkUse.Password
                ? await Pretend(db, account, letter, request)
                : await Add(db, account, known is null, letter, request);
            if (!isQueued)
                mailed.NotMailed(db, request);
            return isQueued;
        });
        return null;
    }

    /// <summary>Makes and undoes the same writes for an address without account, so that disk and queue show no difference.</summary>
    private async Task<bool> Pretend(OtsDbContext db, Account nobody, PreparedMail letter, LinkRequest request)
    {
        await db.Lock(RowLock.Address(nobody.NormalizedEmail!), RowLock.Account(nobody.Id)); // as Add does
        if (await db.Users.AnyAsync(a => a.NormalizedEmail == nobody.NormalizedEmail))
            return false; // another request made the account meanwhile
        var spent = await mailed.Spend(db, request);
        db.Add(nobody);
        post.Add(db, letter);
        await db.SaveChangesAsync();
        await db.Users.Where(a => a.Id == nobody.Id).ExecuteDeleteAsync();
        await mailed.Refund(db, spent);
        return false;
    }

    private async Task<bool> Add(OtsDbContext db, Account account, bool isNew, PreparedMail letter, LinkRequest request)
    {
        await db.Lock(RowLock.Address(account.NormalizedEmail!), RowLock.Account(account.Id));
        // If a parallel request has made the account, it has queued its own mail.
        var mayGetMail = isNew
            ? !await db.Users.AnyAsync(a => a.NormalizedEmail == account.NormalizedEmail)
            : await db.Users.AnyAsync(a => a.Id == account.Id && a.Deleted == null);
        if (!mayGetMail || (await mailed.Spend(db, request)).Wait is not null)
            return false;
        if (isNew)
            db.Add(account);
        else
            await PendingAccount.Renew(db, account.Id, letter.Mail.Created);
        post.Add(db, letter);
        return true;
    }
}

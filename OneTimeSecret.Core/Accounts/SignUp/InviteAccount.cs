using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>
/// Invites somebody: makes an account that waits for him, and the token of a link with which he sets its password. Whoever uses the
/// link has got what was sent to the address, which proves it.
/// </summary>
public sealed class InviteAccount(UserManager<Account> accounts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Invites <paramref name="email"/>, again if he has not come yet; an earlier link goes on working.</summary>
    /// <returns>The address as it is stored, and the token: works once, for <see cref="AccountLinks.InvitationLifetime"/>.</returns>
    /// <exception cref="AccountException">That is no address, or it has an account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        var account = await write.Run(db => Invite(db, address), cancellation);
        // Only now: the first token makes the key that protects it, which another connection writes.
        return (account.Email!, await LinkAccount.Invitation(accounts, account));
    }

    private async Task<Account> Invite(OtsDbContext db, EmailAddress address)
    {
        await db.Lock(RowLock.Address(AccountLookup.Normalize(address.Text)!));
        var account = await Pending(db, address);
        await db.Lock(RowLock.Account(account.Id));
        if (!await db.UserClaims.AnyAsync(c => c.UserId == account.Id && c.ClaimType == PendingAccount.InvitedClaim))
            db.Add(new IdentityUserClaim<Guid> { UserId = account.Id, ClaimType = PendingAccount.InvitedClaim, ClaimValue = "" });
        db.Note(Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() });
        return account;
    }

    /// <summary>The account that waits from now on.</summary>
    private async Task<Account> Pending(OtsDbContext db, EmailAddress address)
    {
        var made = PendingAccount.New(address, time.GetUtcNow());
        if (await db.Users.SingleOrDefaultAsync(a => a.NormalizedEmail == made.NormalizedEmail) is not { } account)
            return db.Add(made).Entity;
        if (!PendingAccount.Is(account))
            throw new AccountException(
                $"{address.Text} has an account already; `account link {address.Text}` makes a link to set its password.");
        account.Created = made.Created;
        return account;
    }
}

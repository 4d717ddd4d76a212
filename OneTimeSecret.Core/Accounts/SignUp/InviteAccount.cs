using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignUp;

/// <summary>
/// Invites a person: makes a pending account, and the token of a link with which the person sets its password. Using the link verifies
/// the address, because the link was sent to it.
/// </summary>
public sealed class InviteAccount(UserManager<Account> accounts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Invites <paramref name="email"/>. A pending account is invited again, and its earlier links keep working.</summary>
    /// <returns>The stored address, and a token that works once, for <see cref="AccountLinks.InvitationLifetime"/>.</returns>
    /// <exception cref="AccountException">The address is invalid or has an account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        var account = await write.Run(db => Invite(db, address), cancellation);
        // After the transaction: the first token creates a data protection key, which another connection writes.
        return (account.Email!, await LinkAccount.Invitation(accounts, account));
    }

    private async Task<Account> Invite(OtsDbContext db, EmailAddress address)
    {
        await db.Lock(RowLock.Address(address.Key));
        var account = await Pending(db, address);
        await db.Lock(RowLock.Account(account.Id));
        if (!await db.UserClaims.AnyAsync(c => c.UserId == account.Id && c.ClaimType == PendingAccount.InvitedClaim))
            db.Add(new IdentityUserClaim<Guid> { UserId = account.Id, ClaimType = PendingAccount.InvitedClaim, ClaimValue = "" });
        db.Note(Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() });
        return account;
    }

    /// <summary>Makes a pending account, or restarts the time of the one that exists.</summary>
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

using System.Data;
using System.Security.Claims;
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
public sealed class InviteAccount(UserManager<Account> accounts, OtsDbContext db, RecordActs record, TimeProvider time)
{
    /// <summary>Invites <paramref name="email"/>, again if he has not come yet; an earlier link goes on working.</summary>
    /// <returns>The address as it is stored, and the token: works once, for <see cref="AccountLinks.InvitationLifetime"/>.</returns>
    /// <exception cref="AccountException">That is no address, or it has an account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        // Identity's store works on this very context: the account, its invitation and what the trail says of it are one transaction.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.Serializable, cancellation);
        var account = await Pending(address);
        if (!(await accounts.GetClaimsAsync(account)).Any(claim => claim.Type is PendingAccount.InvitedClaim))
            AccountException.ThrowUnless(await accounts.AddClaimAsync(account, new Claim(PendingAccount.InvitedClaim, "")));
        db.Note(Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() });
        await record.Run(db);
        await transaction.CommitAsync(cancellation);
        // Only now: the first token makes the key that protects it, which another connection writes.
        return (account.Email!, await LinkAccount.Invitation(accounts, account));
    }

    /// <summary>The account that waits from now on.</summary>
    private async Task<Account> Pending(EmailAddress address)
    {
        var now = time.GetUtcNow();
        if (await accounts.FindByEmailAsync(address.Text) is not { } account)
        {
            account = PendingAccount.New(address, now);
            AccountException.ThrowUnless(await accounts.CreateAsync(account));
            return account;
        }
        if (!PendingAccount.Is(account))
            throw new AccountException(
                $"{address.Text} has an account already; `account link {address.Text}` makes a link to set its password.");
        account.Created = now;
        AccountException.ThrowUnless(await accounts.UpdateAsync(account));
        return account;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Invites somebody: makes an account that waits for him, and the token of a link with which he sets its password. Whoever uses the
/// link has got what was sent to the address, which proves it.
/// </summary>
public sealed class InviteAccount(UserManager<Account> accounts, OperatorAct act, TimeProvider time)
{
    /// <summary>Invites <paramref name="email"/>, again if he has not come yet; an earlier link goes on working.</summary>
    /// <returns>The address as it is stored, and the token: works once, for <see cref="LinkAccount.InvitationLifetime"/>.</returns>
    /// <exception cref="AccountException">That is no address, or it has an account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address)
            throw new AccountException($"'{email}' is not an e-mail address.");
        var (now, account) = (time.GetUtcNow(), await accounts.FindByEmailAsync(address.Text));
        if (account is null)
        {
            account = PendingAccount.New(address, now);
            AccountException.ThrowUnless(await accounts.CreateAsync(account));
        }
        else
        {
            await act.Run(
                async db => await PendingAccount.Renew(db, account.Id, now) == 1 ? ((Act?)null, 1) : throw new AccountException(
                    $"{address.Text} has an account already; `account link {address.Text}` makes a link to set its password."),
                cancellation);
        }
        if (!(await accounts.GetClaimsAsync(account)).Any(claim => claim.Type is PendingAccount.InvitedClaim))
            AccountException.ThrowUnless(await accounts.AddClaimAsync(account, new Claim(PendingAccount.InvitedClaim, "")));
        var token = await LinkAccount.Invitation(accounts, account);
        return await act.Run(
            _ => Task.FromResult<(Act?, (string, string))>(
                (Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() }, (account.Email!, token))),
            cancellation);
    }
}

using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Makes the token of a link with which an account's owner sets its password, so that the first person needs no mail.</summary>
public sealed class LinkAccount(UserManager<Account> accounts, WriteTransaction write)
{
    /// <summary>The name of Identity's token provider, which the host adds, for <see cref="AccountLinks.InvitationLifetime"/>.</summary>
    public const string InvitationProvider = "Invitation";

    private const string InvitationPurpose = "Invitation";

    /// <summary>A token for the account of <paramref name="email"/>; works once, for <see cref="AccountLinks.Lifetime"/>.</summary>
    /// <returns>The account's address as it is stored, whatever the form it was given in, and the token.</returns>
    /// <exception cref="AccountException">No such account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindAccount(email);
        var token = await accounts.GeneratePasswordResetTokenAsync(account);
        return await write.Run(
            db =>
            {
                db.Note(Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() });
                return Task.FromResult((account.Email!, token));
            },
            cancellation);
    }

    /// <summary>As <see cref="Run"/>, for <see cref="AccountLinks.InvitationLifetime"/>.</summary>
    internal static Task<string> Invitation(UserManager<Account> accounts, Account account) =>
        accounts.GenerateUserTokenAsync(account, InvitationProvider, InvitationPurpose);

    /// <summary>Whether <paramref name="token"/> is one of either kind, not late, and nothing of the account was changed since.</summary>
    internal static async Task<bool> Verify(UserManager<Account> accounts, Account account, string token) =>
        await accounts.VerifyUserTokenAsync(
            account, accounts.Options.Tokens.PasswordResetTokenProvider, UserManager<Account>.ResetPasswordTokenPurpose, token)
        || await accounts.VerifyUserTokenAsync(account, InvitationProvider, InvitationPurpose, token);
}

using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>Makes the token of a link for setting an account's password. It lets the operator hand out a link without mail.</summary>
public sealed class LinkAccount(UserManager<Account> accounts, WriteTransaction write)
{
    /// <summary>Identity's token provider with <see cref="AccountLinks.InvitationLifetime"/>, which the Web project registers.</summary>
    public const string InvitationProvider = "Invitation";

    private const string InvitationPurpose = "Invitation";

    /// <summary>Makes a token that works once, for <see cref="AccountLinks.Lifetime"/>.</summary>
    /// <returns>The account's address in its stored form, and the token.</returns>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<(string Email, string Token)> Run(string email, CancellationToken cancellation)
    {
        var account = await accounts.FindAccount(email, cancellation);
        var token = await accounts.GeneratePasswordResetTokenAsync(account);
        return await write.Run(
            db =>
            {
                db.Note(Act.OfOperator(AuditKind.PasswordLinkMade) with { Subject = account.Id.ToString() });
                return Task.FromResult((account.Email!, token));
            },
            cancellation);
    }

    /// <summary>Makes a token that works once, for <see cref="AccountLinks.InvitationLifetime"/>.</summary>
    internal static Task<string> Invitation(UserManager<Account> accounts, Account account) =>
        accounts.GenerateUserTokenAsync(account, InvitationProvider, InvitationPurpose);

    /// <summary>Whether the token of either kind is valid, not expired, and the account's security stamp has not changed since.</summary>
    internal static async Task<bool> Verify(UserManager<Account> accounts, Account account, string token) =>
        await accounts.VerifyUserTokenAsync(
            account, accounts.Options.Tokens.PasswordResetTokenProvider, UserManager<Account>.ResetPasswordTokenPurpose, token)
        || await accounts.VerifyUserTokenAsync(account, InvitationProvider, InvitationPurpose, token);
}

using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Accounts;

/// <summary>Makes the token of a link with which the owner of an account sets its password, so that the first person needs no mail.</summary>
public sealed class LinkAccount(UserManager<Account> accounts)
{
    /// <summary>A token for the account of <paramref name="email"/>; works once, for an hour.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public async Task<string> Run(string email)
    {
        var account = await accounts.FindByEmailAsync(email)
            ?? throw new AccountException($"There is no account {email}; `account add {email}` makes one.");
        return await accounts.GeneratePasswordResetTokenAsync(account);
    }
}

using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Actors;

/// <summary>A verb about accounts could not do what it was told. Says what to do instead.</summary>
public sealed class AccountException(string message) : Exception(message)
{
    internal static AccountException NoSuchAccount(string email) => new($"There is no account {email}; `account add {email}` makes one.");

    internal static void ThrowUnless(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new AccountException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}

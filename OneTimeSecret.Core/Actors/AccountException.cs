using Microsoft.AspNetCore.Identity;

namespace OneTimeSecret.Core.Actors;

/// <summary>An operation on an account was refused. The message says what to do instead.</summary>
public sealed class AccountException(string message) : Exception(message)
{
    internal static AccountException NoSuchAccount(string email) => new($"There is no account {email}. `account add {email}` creates it.");

    internal static AccountException LastAdministrator(string email) =>
        new($"{email} is the only administrator; make another one first with `admin grant`.");

    internal static AccountException OtherSpelling(string email, Guid id) => new(
        $"There is no account {email}, but the account {id} has another spelling of this address. Start the server: it separates the two.");

    internal static void ThrowUnless(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new AccountException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}

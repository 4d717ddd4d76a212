using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>A verb about accounts could not do what it was told. Says what to do instead.</summary>
public sealed class AccountException(string message) : Exception(message)
{
    internal static void ThrowUnless(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new AccountException(string.Join(' ', result.Errors.Select(error => error.Description)));
    }
}

internal static class AccountLookup
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>The form in which Identity compares addresses. What Unicode cannot normalise is no address, and stays as it is.</summary>
    public static string Normalize(string email)
    {
        try
        {
            return Normalizer.NormalizeEmail(email)!;
        }
        catch (ArgumentException)
        {
            return email;
        }
    }

    /// <summary>The account of an e-mail address.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public static async Task<Account> FindAccount(this OtsDbContext db, string email, CancellationToken cancellation)
    {
        var normalized = Normalize(email);
        return await db.Users.SingleOrDefaultAsync(a => a.NormalizedEmail == normalized, cancellation)
            ?? throw new AccountException($"There is no account {email}; `account add {email}` makes one.");
    }
}

using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Actors;

/// <summary>Finds accounts by the address that people type.</summary>
internal static class AccountLookup
{
    /// <summary>The account of <paramref name="address"/>, if there is one. Null: no account.</summary>
    public static IQueryable<Account> WithAddress(this IQueryable<Account> accounts, EmailAddress? address)
    {
        var key = address?.Key ?? ""; // which no account has
        return accounts.Where(a => a.NormalizedEmail == key);
    }

    /// <summary>Finds the account of an address for the operator.</summary>
    /// <exception cref="AccountException">No such account, or its stored address is spelled differently.</exception>
    public static Task<Account> FindAccount(this OtsDbContext db, string email, CancellationToken cancellation) =>
        Find(db.Users, email, cancellation);

    /// <summary>Finds the account of an address for the operator, through Identity.</summary>
    /// <exception cref="AccountException">No such account, or its stored address is spelled differently.</exception>
    public static Task<Account> FindAccount(this UserManager<Account> accounts, string email, CancellationToken cancellation) =>
        Find(accounts.Users, email, cancellation);

    private static async Task<Account> Find(IQueryable<Account> accounts, string email, CancellationToken cancellation)
    {
        var address = EmailAddress.ParseStored(email);
        var account = await accounts.WithAddress(address).SingleOrDefaultAsync(cancellation) ?? throw AccountException.NoSuchAccount(email);
        // The row may be older than the key, or changed outside the program. The operator means only the address that they typed.
        return string.Equals(account.Email, address!.Text, StringComparison.Ordinal)
            ? account
            : throw AccountException.OtherSpelling(email, account.Id);
    }
}

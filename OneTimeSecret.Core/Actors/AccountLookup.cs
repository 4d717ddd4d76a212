using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Actors;

/// <summary>Finds accounts by the address that people type, normalized as <c>AddAccount</c> stores it.</summary>
internal static class AccountLookup
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>The form in which Identity compares addresses. Null: the text is not an address.</summary>
    public static string? Normalize(string email) =>
        EmailAddress.Parse(email) is { } address ? Normalizer.NormalizeEmail(address.Text) : null;

    /// <summary>The same form for the first characters of an address, which may be any text.</summary>
    public static string NormalizeBeginning(string typed) =>
        Normalizer.NormalizeEmail(string.Concat(typed.Trim().EnumerateRunes())); // replaces half surrogate pairs, which fail to normalize

    /// <summary>Finds the account of an address in the database.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public static async Task<Account> FindAccount(this OtsDbContext db, string email, CancellationToken cancellation)
    {
        var normalized = Normalize(email);
        return await db.Users.SingleOrDefaultAsync(a => normalized != null && a.NormalizedEmail == normalized, cancellation)
            ?? throw AccountException.NoSuchAccount(email);
    }

    /// <summary>Finds the account of an address through Identity.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public static async Task<Account> FindAccount(this UserManager<Account> accounts, string email) =>
        EmailAddress.Parse(email) is { } address && await accounts.FindByEmailAsync(address.Text) is { } account
            ? account
            : throw AccountException.NoSuchAccount(email);
}

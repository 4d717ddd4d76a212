using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Actors;

/// <summary>Finds accounts by the address that people type, in the form in which <c>AddAccount</c> stores it.</summary>
internal static class AccountLookup
{
    private static readonly UpperInvariantLookupNormalizer Normalizer = new();

    /// <summary>The form in which Identity compares addresses, or null for text that is no address.</summary>
    public static string? Normalize(string email) =>
        EmailAddress.Parse(email) is { } address ? Normalizer.NormalizeEmail(address.Text) : null;

    /// <summary>The same of the beginning of an address, whatever it is.</summary>
    public static string NormalizeBeginning(string typed) =>
        Normalizer.NormalizeEmail(string.Concat(typed.Trim().EnumerateRunes())); // half a surrogate pair cannot be normalized

    /// <summary>The account of an address, by the database.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public static async Task<Account> FindAccount(this OtsDbContext db, string email, CancellationToken cancellation)
    {
        var normalized = Normalize(email);
        return await db.Users.SingleOrDefaultAsync(a => normalized != null && a.NormalizedEmail == normalized, cancellation)
            ?? throw AccountException.NoSuchAccount(email);
    }

    /// <summary>The account of an address, by Identity.</summary>
    /// <exception cref="AccountException">No such account.</exception>
    public static async Task<Account> FindAccount(this UserManager<Account> accounts, string email) =>
        EmailAddress.Parse(email) is { } address && await accounts.FindByEmailAsync(address.Text) is { } account
            ? account
            : throw AccountException.NoSuchAccount(email);
}

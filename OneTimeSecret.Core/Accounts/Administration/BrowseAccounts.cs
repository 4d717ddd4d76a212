using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>One page of all accounts, by address, for administrators.</summary>
public sealed class BrowseAccounts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Accounts on a page.</summary>
    public const int PageSize = 25;

    /// <summary>Sorts behind all that can go on behind the beginning of an address.</summary>
    private const string Highest = "\U0010FFFF";

    /// <summary>The page.</summary>
    /// <param name="search">How the addresses begin, in upper or lower case; null or blank: all. Deleted accounts have none.</param>
    /// <param name="cursor"><see cref="AccountPage.Previous"/> or <see cref="AccountPage.Next"/>; other text: the first page.</param>
    /// <param name="cancellation">Cancels.</param>
    public async Task<AccountPage> Run(string? search, string? cursor, CancellationToken cancellation)
    {
        var beginning = AccountLookup.NormalizeBeginning(search ?? "");
        var end = beginning + Highest;
        var (before, place) = TextCursor.Read(cursor, address => address);
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var all = db.Users.AsNoTracking().Where(a => a.NormalizedEmail!.CompareTo(beginning) >= 0);
        if (beginning.Length > 0)
            all = all.Where(a => a.NormalizedEmail!.CompareTo(end) < 0);
        var page = await KeysetPage<AccountSummary>.Read(
            PageSize, before, place, Position,
            (back, after, take) => AccountSummary.Of(db, Range(all, back, after).Take(take)).ToListAsync(cancellation));
        var (previous, next) = page.Cursors(Position);
        return new AccountPage(page.Rows, previous, next);
    }

    private static string Position(AccountSummary account) => AccountLookup.NormalizeBeginning(account.Email);

    private static IQueryable<Account> Range(IQueryable<Account> all, bool back, string? after) => back
        ? all.Where(a => after == null || a.NormalizedEmail!.CompareTo(after) < 0).OrderByDescending(a => a.NormalizedEmail)
        : all.Where(a => after == null || a.NormalizedEmail!.CompareTo(after) > 0).OrderBy(a => a.NormalizedEmail);
}

/// <summary>A page of accounts.</summary>
/// <param name="Items">The accounts, by address.</param>
/// <param name="Previous">The cursor of the page before, null when there is none. Opaque, and safe in a URL.</param>
/// <param name="Next">The cursor of the page after, null when there is none.</param>
public sealed record AccountPage(IReadOnlyList<AccountSummary> Items, string? Previous, string? Next);

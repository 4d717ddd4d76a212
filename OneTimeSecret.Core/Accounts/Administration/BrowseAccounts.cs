using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Reads a page of the list of all accounts, ordered by address, for administrators.</summary>
public sealed class BrowseAccounts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Accounts on a page.</summary>
    public const int PageSize = 25;

    /// <summary>The last Unicode character. A prefix followed by it sorts after every address with that prefix.</summary>
    private const string Highest = "\U0010FFFF";

    /// <summary>Reads the page. Deleted accounts have no address, so they never appear.</summary>
    /// <param name="search">The prefix of the addresses, in upper or lower case. Null or blank: all accounts.</param>
    /// <param name="cursor"><see cref="AccountPage.Previous"/> or <see cref="AccountPage.Next"/>. Other text: the first page.</param>
    public async Task<AccountPage> Run(string? search, string? cursor, CancellationToken cancellation)
    {
        var beginning = EmailAddress.KeyOfBeginning(search ?? "");
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

    private static string Position(AccountSummary account) => EmailAddress.ParseStored(account.Email)?.Key ?? account.Email;

    private static IQueryable<Account> Range(IQueryable<Account> all, bool back, string? after) => back
        ? all.Where(a => after == null || a.NormalizedEmail!.CompareTo(after) < 0).OrderByDescending(a => a.NormalizedEmail)
        : all.Where(a => after == null || a.NormalizedEmail!.CompareTo(after) > 0).OrderBy(a => a.NormalizedEmail);
}

/// <summary>A page of accounts.</summary>
/// <param name="Items">The accounts, ordered by address.</param>
/// <param name="Previous">The cursor of the previous page, opaque and safe in a URL. Null: there is none.</param>
/// <param name="Next">The cursor of the next page, likewise.</param>
public sealed record AccountPage(IReadOnlyList<AccountSummary> Items, string? Previous, string? Next);

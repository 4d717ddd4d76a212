using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Lists all accounts for the operator, ordered by address, without deleted ones.</summary>
public sealed class ListAccounts(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Accounts that are read at once. The reads are short, so that a running server can truncate its write-ahead log.</summary>
    private const int PageSize = 500;

    /// <summary>Reads the accounts page by page. An account that is added meanwhile may be missing.</summary>
    public async IAsyncEnumerable<ListedAccount> Run([EnumeratorCancellation] CancellationToken cancellation)
    {
        List<ListedAccount> page = [];
        do
        {
            page = await Read(page is [.., var last] ? AccountLookup.NormalizeBeginning(last.Summary.Email) : null, cancellation);
            foreach (var account in page)
                yield return account;
        }
        while (page.Count == PageSize);
    }

    private async Task<List<ListedAccount>> Read(string? last, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var accounts = db.Users.AsNoTracking()
            .Where(a => a.NormalizedEmail != null && (last == null || a.NormalizedEmail.CompareTo(last) > 0))
            .OrderBy(a => a.NormalizedEmail).Take(PageSize);
        var page = await AccountSummary.Of(db, accounts).ToListAsync(cancellation);
        var ids = page.Select(account => account.Id).ToList();
        var signIns = await db.Sessions.Where(s => ids.Contains(s.AccountId))
            .GroupBy(s => s.AccountId).Select(group => new { group.Key, Last = group.Max(s => s.Created) })
            .ToDictionaryAsync(group => group.Key, group => group.Last, cancellation);
        return [.. page.Select(account => new ListedAccount(
            account, signIns.TryGetValue(account.Id, out var signIn) ? signIn : null))];
    }
}

/// <summary>An account in the operator's list.</summary>
/// <param name="Summary">What administrators see of it.</param>
/// <param name="LastSignIn">When the newest of its sessions began. Null: no session is stored, because ended ones are deleted.</param>
public sealed record ListedAccount(AccountSummary Summary, DateTimeOffset? LastSignIn);

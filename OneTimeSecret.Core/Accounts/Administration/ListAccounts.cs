using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
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
        List<ListedAccount> page;
        string? last = null;
        do
        {
            (page, last) = await Read(last, cancellation);
            foreach (var account in page)
                yield return account;
        }
        while (last is not null);
    }

    private async Task<(List<ListedAccount> Page, string? Last)> Read(string? last, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var rest = db.Users.AsNoTracking().Where(a => a.NormalizedEmail != null && (last == null || a.NormalizedEmail.CompareTo(last) > 0));
        var end = await rest.OrderBy(a => a.NormalizedEmail).Take(PageSize).MaxAsync(a => a.NormalizedEmail, cancellation);
        if (end is null)
            return ([], null);
        var accounts = rest.Where(a => a.NormalizedEmail!.CompareTo(end) <= 0).OrderBy(a => a.NormalizedEmail);
        var page = await AccountSummary.Of(db, accounts).ToListAsync(cancellation);
        var ids = page.Select(account => account.Id).ToList();
        var signIns = await db.Sessions.Where(s => ids.Contains(s.AccountId))
            .GroupBy(s => s.AccountId).Select(group => new { group.Key, Last = group.Max(s => s.Created) })
            .ToDictionaryAsync(group => group.Key, group => group.Last, cancellation);
        return (
            [.. page.Select(account => new ListedAccount(account, signIns.TryGetValue(account.Id, out var signIn) ? signIn : null))],
            end);
    }
}

/// <summary>An account in the operator's list.</summary>
/// <param name="Summary">What administrators see of it.</param>
/// <param name="LastSignIn">When the newest of its sessions began. Null: no session is stored, because ended ones are deleted.</param>
public sealed record ListedAccount(AccountSummary Summary, DateTimeOffset? LastSignIn);

using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>An account's receipts that still exist, newest first, without the keys of their secrets.</summary>
public sealed class RecentReceipts(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time, ILogger<RecentReceipts> log)
{
    // Short reads: an open reader keeps the WAL from being erased, and the caller may be slow to take what comes.
    private const int PageSize = 500;

    /// <summary>Streams the receipts of <paramref name="account"/> in pages, each its own short read.</summary>
    public async IAsyncEnumerable<Receipt> Run(SignedIn account, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var page = await Page(account.Id, now, [], cancellation);
        while (page.Count > 0)
        {
            foreach (var (stored, secretExists) in page)
                if (Key(stored) is { } key)
                    yield return Receipt.Of(stored, key, secretExists, account.Email, now);
            page = await Page(account.Id, now, page, cancellation);
        }
    }

    private async Task<List<(StoredReceipt Stored, bool SecretExists)>> Page(
        Guid owner, DateTimeOffset now, List<(StoredReceipt Stored, bool SecretExists)> previous, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var receipts = db.Receipts.AsNoTracking().Where(r => r.OwnerId == owner && r.Expires > now);
        if (previous.Count > 0)
        {
            // Ids are hashes without an order in LINQ: those of the last instant that were seen are left out by name.
            var last = previous[^1].Stored.Created;
            var seen = previous.Where(row => row.Stored.Created == last).Select(row => row.Stored.Id).ToList();
            receipts = receipts.Where(r => r.Created < last || (r.Created == last && !seen.Contains(r.Id)));
        }
        var page = await receipts
            .OrderByDescending(r => r.Created).ThenBy(r => r.Id)
            .Take(PageSize)
            .Select(r => new { Stored = r, SecretExists = db.Secrets.Any(s => s.ReceiptId == r.Id) })
            .ToListAsync(cancellation);
        return page.ConvertAll(row => (row.Stored, row.SecretExists));
    }

    /// <summary>The metadata key, or null for a row that somebody changed: it is left out, named in the log, and harms no other.</summary>
    private string? Key(StoredReceipt stored)
    {
        try
        {
            return Encoding.ASCII.GetString(ring.Open(stored.MetadataKeyPlace, stored.SealedMetadataKey ?? []));
        }
        catch (BrokenBoxException broken)
        {
            log.LogError(broken, "Receipt {ShortId} was changed outside the program and is left out",
                Convert.ToHexStringLower(stored.Id.AsSpan(0, 4)));
            return null;
        }
    }
}

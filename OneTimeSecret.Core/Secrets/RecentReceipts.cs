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
        // Ids are hashes without an order in LINQ: those of the last instant that was seen are left out by name.
        DateTimeOffset? last = null;
        var seen = new List<byte[]>();
        List<(StoredReceipt Stored, bool SecretExists)> page;
        do
        {
            page = await Page(account.Id, now, last, seen, cancellation);
            foreach (var (stored, secretExists) in page)
            {
                if (stored.Created != last)
                    seen.Clear();
                last = stored.Created;
                seen.Add(stored.Id);
                if (Key(stored) is { } key)
                    yield return Receipt.Of(stored, key, secretExists, account.Email, now);
            }
        }
        while (page.Count == PageSize);
    }

    private async Task<List<(StoredReceipt Stored, bool SecretExists)>> Page(
        Guid owner, DateTimeOffset now, DateTimeOffset? last, List<byte[]> seen, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var receipts = db.Receipts.AsNoTracking().Where(r => r.OwnerId == owner && r.Expires > now);
        if (last is not null)
            receipts = receipts.Where(r => r.Created < last || (r.Created == last && !seen.Contains(r.Id)));
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
        catch (Exception broken) when (broken is BrokenBoxException or KeyRingException)
        {
            log.LogError(broken, "Receipt {ShortId} was changed outside the program and is left out", StoredReceipt.ShortId(stored.Id));
            return null;
        }
    }
}

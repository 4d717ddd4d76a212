using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Reads the receipts of an account that still exist. Every read is short and ends before rows are handed on. An open read would keep the
/// write-ahead log from being erased, and the consumer of the rows may be slow.
/// </summary>
public sealed class OwnReceipts(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time, ILogger<OwnReceipts> log)
{
    /// <summary>Rows of one read, and so the maximum that a list keeps in memory.</summary>
    internal const int BatchSize = 500;

    /// <summary>All receipts of the account, newest first. Each appears once. Receipts that are added meanwhile do not appear.</summary>
    internal async IAsyncEnumerable<OwnReceipt> All(Guid owner, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var order = ReceiptOrder.NewestFirst;
        ReceiptPosition? last = null;
        List<OwnReceipt> batch;
        do
        {
            batch = await Read(owner, order, rows => rows, last, BatchSize, cancellation);
            foreach (var row in batch)
                yield return row;
            if (batch.Count > 0)
                last = order.PositionOf(batch[^1].Stored);
        }
        while (batch.Count == BatchSize);
    }

    /// <summary>Reads at most <paramref name="take"/> of the rows that <paramref name="narrow"/> selects, after a position.</summary>
    internal async Task<List<OwnReceipt>> Read(
        Guid owner, ReceiptOrder order, Func<IQueryable<StoredReceipt>, IQueryable<StoredReceipt>> narrow, ReceiptPosition? after, int take,
        CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var rows = narrow(db.Receipts.AsNoTracking().Where(r => r.OwnerId == owner && r.Expires > now));
        var read = new List<OwnReceipt>(take);
        foreach (var range in order.After(rows, after))
        {
            var secrets = db.Secrets;
            var found = await order.Sort(range)
                .Take(take - read.Count)
                .Select(r => new { Stored = r, SecretExists = secrets.Any(s => s.ReceiptId == r.Id) })
                .ToListAsync(cancellation);
            read.AddRange(found.Select(row => new OwnReceipt(row.Stored, row.SecretExists, now)));
            if (read.Count == take)
                break;
        }
        return read;
    }

    /// <summary>The receipt as its owner, <paramref name="email"/>, sees it; null if the row was changed outside the program.</summary>
    internal Receipt? Open(OwnReceipt row, string email) =>
        Key(row.Stored) is { } key ? Receipt.Of(row.Stored, key, row.SecretExists, email, row.Now) : null;

    /// <summary>
    /// The metadata key of a receipt of <paramref name="owner"/>, by the text of its id. Null if the receipt has another owner or none,
    /// has expired, or was changed outside the program, and for text that is no id.
    /// </summary>
    internal async Task<MetadataKey?> Key(Guid owner, string? rowId, CancellationToken cancellation)
    {
        if (ListedReceipt.ParseId(rowId) is not { } id)
            return null;
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var stored = await db.Receipts.AsNoTracking()
            .SingleOrDefaultAsync(r => r.Id == id && r.OwnerId == owner && r.Expires > now, cancellation);
        return stored is null ? null : MetadataKey.Parse(Key(stored));
    }

    /// <summary>The metadata key. Null if the row was changed outside the program: it is logged, and other rows still work.</summary>
    private string? Key(StoredReceipt stored)
    {
        try
        {
            using var key = ring.Open(stored.MetadataKeyPlace, stored.SealedMetadataKey ?? []);
            return Encoding.ASCII.GetString(key.Span);
        }
        catch (Exception broken) when (broken is BrokenBoxException or KeyRingException)
        {
            log.LogError(broken, "Receipt {ShortId} was changed outside the program and is left out", StoredReceipt.ShortId(stored.Id));
            return null;
        }
    }
}

/// <summary>A row of an account's list as it was read.</summary>
/// <param name="Stored">The row.</param>
/// <param name="SecretExists">Whether the secret's row is still there.</param>
/// <param name="Now">The time of the read.</param>
internal sealed record OwnReceipt(StoredReceipt Stored, bool SecretExists, DateTimeOffset Now)
{
    public ReceiptState State => Receipt.StateOf(Stored.State, Stored.SecretExpires, SecretExists, Now);
}

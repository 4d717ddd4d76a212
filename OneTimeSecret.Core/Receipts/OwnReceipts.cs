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
/// Reads the receipts of an account that still exist. Every read is short and ends before anything is handed on: an open reader keeps
/// the WAL from being erased, and whoever takes what comes may be slow.
/// </summary>
public sealed class OwnReceipts(
    IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time, ILogger<OwnReceipts> log)
{
    /// <summary>Rows of one read, and so the most that a list holds in memory.</summary>
    internal const int BatchSize = 500;

    /// <summary>All of them, newest first. Each comes once; what is added meanwhile does not come.</summary>
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

    /// <summary>At most <paramref name="take"/> of those that <paramref name="narrow"/> leaves, from behind a position on.</summary>
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

    /// <summary>What <paramref name="email"/>, its owner, sees; null for a row that somebody changed.</summary>
    internal Receipt? Open(OwnReceipt row, string email) =>
        Key(row.Stored) is { } key ? Receipt.Of(row.Stored, key, row.SecretExists, email, row.Now) : null;

    /// <summary>
    /// The metadata key of a receipt of <paramref name="owner"/>, by the text of its id. Null for another's, nobody's, a row that somebody
    /// changed, and text that is no id: all the same.
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

    /// <summary>The metadata key, or null for a row that somebody changed: it is left out, named in the log, and harms no other.</summary>
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

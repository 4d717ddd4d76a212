using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Lists all receipts for administrators: the state of each secret and its times, but nothing that opens it. The cost of a page does not
/// grow with the number of receipts. An expired receipt may still appear for about a minute, until it is purged.
/// </summary>
public sealed class BrowseAllReceipts(IDbContextFactory<OtsDbContext> contexts, KeyRing ring, TimeProvider time)
{
    private static readonly ReceiptOrder Order = ReceiptOrder.NewestFirst;

    /// <summary>The page for <paramref name="query"/>, newest first.</summary>
    public async Task<AllReceiptsPage> Run(AllReceiptsQuery query, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        query = query with { Search = query.Search?.Trim() };
        if (await Narrow(db, query) is not { } rows)
            return new AllReceiptsPage([], null, null, CanMatch: false);
        var size = Math.Clamp(query.Size, 1, AllReceiptsQuery.MaxSize);
        if (query is { By: ReceiptsBy.ShortId, Search: not (null or "") })
            // Sorted by id, as in the primary key. One page is enough, because eight characters hardly ever match two receipts.
            return new AllReceiptsPage(await Select(db, rows.OrderBy(r => r.Id).Take(size), now, cancellation), null, null);
        var (before, place) = TextCursor.Read(query.Cursor, ReceiptPosition.Parse);
        var page = await KeysetPage<AnyReceipt>.Read(
            size, before, place, row => row.Position,
            async (back, from, take) =>
            {
                var order = back ? Order.Reversed : Order;
                var read = new List<AnyReceipt>(take);
                foreach (var range in order.After(rows, from))
                    if (read.Count < take)
                        read.AddRange(await Select(db, order.Sort(range).Take(take - read.Count), now, cancellation));
                return read;
            });
        var (previous, next) = page.Cursors(row => row.Position.Text);
        return new AllReceiptsPage(page.Rows, previous, next);
    }

    /// <summary>One receipt; null if the text identifies no receipt.</summary>
    /// <param name="rowId"><see cref="AnyReceipt.RowId"/>.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task<AnyReceipt?> Find(string? rowId, CancellationToken cancellation)
    {
        if (ListedReceipt.ParseId(rowId) is not { } id)
            return null;
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return (await Select(db, db.Receipts.Where(r => r.Id == id), now, cancellation)).SingleOrDefault();
    }

    /// <summary>The rows that match; null if none can match.</summary>
    private async Task<IQueryable<StoredReceipt>?> Narrow(OtsDbContext db, AllReceiptsQuery query)
    {
        var rows = db.Receipts.AsNoTracking();
        if (query.Until is { } until)
            rows = rows.Where(r => r.Created <= until);
        var text = query.Search ?? "";
        switch (query.By)
        {
            case var _ when text.Length == 0:
                return rows;
            case ReceiptsBy.ShortId:
                return ReceiptSearch.OfShortId(text)?.Narrow(rows, null);
            case ReceiptsBy.Owner:
                var owner = await db.Users.WithAddress(EmailAddress.ParseStored(text)).Select(a => (Guid?)a.Id).SingleOrDefaultAsync();
                return owner is null ? null : rows.Where(r => r.OwnerId == owner);
            default:
                if (EmailAddress.ParseStored(text) is not { } recipient)
                    return null;
                var hash = recipient.Hash(ring);
                return rows.Where(r => r.RecipientHash == hash);
        }
    }

    private static async Task<List<AnyReceipt>> Select(
        OtsDbContext db, IQueryable<StoredReceipt> rows, DateTimeOffset now, CancellationToken cancellation)
    {
        var secrets = db.Secrets;
        var found = await rows
            .Select(r => new
            {
                Stored = r,
                Owner = db.Users.Where(a => a.Id == r.OwnerId).Select(a => a.Email).FirstOrDefault(),
                Box = secrets.Where(s => s.ReceiptId == r.Id).Select(s => (int?)s.Box.Length).FirstOrDefault(),
            })
            .ToListAsync(cancellation);
        return [.. found.Select(row => AnyReceipt.Of(row.Stored, row.Owner, row.Box, now))];
    }
}

/// <summary>The criterion of a search in all receipts.</summary>
public enum ReceiptsBy
{
    /// <summary>The short id or its beginning, one to eight characters.</summary>
    ShortId,

    /// <summary>The whole address of the account that owns the receipts.</summary>
    Owner,

    /// <summary>The whole address of the first recipient.</summary>
    Recipient,
}

/// <summary>Selects a page of all receipts.</summary>
/// <param name="By">The criterion that <paramref name="Search"/> is for.</param>
/// <param name="Search">The text to search for; null or blank: all.</param>
/// <param name="Until">Only secrets concealed up to this time; null: all.</param>
/// <param name="Cursor"><see cref="AllReceiptsPage.Previous"/> or <see cref="AllReceiptsPage.Next"/>; null or other text: page 1.</param>
/// <param name="Size">Receipts on the page, 1 to <see cref="MaxSize"/>; other values are clamped.</param>
public sealed record AllReceiptsQuery(
    ReceiptsBy By = ReceiptsBy.ShortId, string? Search = null, DateTimeOffset? Until = null, string? Cursor = null,
    int Size = ReceiptQuery.DefaultSize)
{
    /// <summary>Maximum number of receipts on a page.</summary>
    public const int MaxSize = 100;
}

/// <summary>A page of all receipts.</summary>
/// <param name="Items">The receipts.</param>
/// <param name="Previous">The cursor of the previous page; null if there is none.</param>
/// <param name="Next">The cursor of the next page; null if there is none.</param>
/// <param name="CanMatch">False if the search can match nothing.</param>
public sealed record AllReceiptsPage(IReadOnlyList<AnyReceipt> Items, string? Previous, string? Next, bool CanMatch = true);

using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// Lists an account's receipts in pages, filtered, searched and sorted. Every page costs as much as the first, however many receipts
/// there are, because rows are neither counted nor skipped.
/// </summary>
public sealed class BrowseReceipts(OwnReceipts receipts, KeyRing ring)
{
    /// <summary>The page of <paramref name="account"/> for <paramref name="query"/>.</summary>
    /// <remarks>
    /// Each receipt is on one page while a reader goes forward or back, also when receipts are added. If no rows are left beyond the
    /// cursor, the result is the page at that end. A page may have fewer rows than its size although more follow, because rows that were
    /// changed outside the program are left out.
    /// </remarks>
    public async Task<ReceiptPage> Run(SignedIn account, ReceiptQuery query, CancellationToken cancellation)
    {
        if (ReceiptSearch.Parse(query.Search, ring) is not { } search)
            return new ReceiptPage([], null, null, CanMatch: false);
        var size = Math.Clamp(query.Size, 1, ReceiptQuery.MaxSize);
        var order = new ReceiptOrder(query.Sort, query.Descending);
        var (back, place) = TextCursor.Read(query.Cursor, text =>
            text.StartsWith(order.Text, StringComparison.Ordinal) ? ReceiptPosition.Parse(text[order.Text.Length..]) : null);
        var page = await KeysetPage<OwnReceipt>.Read(size, back, place, row => order.PositionOf(row.Stored), Read);
        var (previous, next) = page.Cursors(row => order.Text + order.PositionOf(row.Stored).Text);
        return new ReceiptPage(
            // A list stays on a screen and in memory, so it contains no metadata keys. RowId identifies each receipt instead.
            [.. page.Rows.Select(row => receipts.Open(row, account.Email) is { } receipt
                ? ListedReceipt.Of(receipt with { MetadataKey = "" }, row.Stored.Id) : null).OfType<ListedReceipt>()],
            previous, next);

        Task<List<OwnReceipt>> Read(bool backwards, ReceiptPosition? after, int take) => receipts.Read(
            account.Id, backwards ? order.Reversed : order, own => search.Narrow(own, query.State), after, take, cancellation);
    }
}

/// <summary>Selects a page of receipts.</summary>
/// <param name="State">
/// Only receipts of this stored state; null: all. Expired secrets are stored as new until the purge has run, for about a minute.
/// <see cref="ReceiptState.Orphaned"/> finds those that the acceptance of a restored copy marked.
/// </param>
/// <param name="Search">
/// The whole address of the first recipient, or the first one to eight characters of the short id. Null or blank: all.
/// </param>
/// <param name="Sort">The time to sort by.</param>
/// <param name="Descending">Latest first.</param>
/// <param name="Cursor">
/// <see cref="ReceiptPage.Previous"/> or <see cref="ReceiptPage.Next"/> of a page of the same account, sort and direction. Null or other
/// text: the first page.
/// </param>
/// <param name="Size">Receipts on the page, 1 to <see cref="MaxSize"/>; other values are clamped.</param>
public sealed record ReceiptQuery(
    ReceiptState? State = null, string? Search = null, ReceiptSort Sort = ReceiptSort.Created, bool Descending = true,
    string? Cursor = null, int Size = ReceiptQuery.DefaultSize)
{
    /// <summary>Number of receipts on a page by default.</summary>
    public const int DefaultSize = 25;

    /// <summary>Maximum number of receipts on a page.</summary>
    public const int MaxSize = 100;
}

/// <summary>A page of receipts.</summary>
/// <param name="Items">The receipts, in the requested order.</param>
/// <param name="Previous">The cursor of the previous page; null if there is none. Opaque, and safe in a URL.</param>
/// <param name="Next">The cursor of the next page; null if there is none.</param>
/// <param name="CanMatch">False if the search is neither an address nor the beginning of a short id, so that it can match nothing.</param>
public sealed record ReceiptPage(IReadOnlyList<ListedReceipt> Items, string? Previous, string? Next, bool CanMatch = true);

/// <summary>A receipt in its owner's list.</summary>
/// <param name="Receipt">The receipt without the key of its secret. On a <see cref="ReceiptPage"/> also without its own key.</param>
/// <param name="ShortId">Identifies the receipt for people, in mails and in the log: eight characters.</param>
/// <param name="RowId">Identifies the receipt for <c>BurnSecret</c> and <see cref="FindReceipt"/>. Only its owner can use it.</param>
public sealed record ListedReceipt(Receipt Receipt, string ShortId, string RowId)
{
    /// <summary>The receipt with the ids that its lookup hash gives.</summary>
    internal static ListedReceipt Of(Receipt receipt, byte[] id) =>
        new(receipt, StoredReceipt.ShortId(id), Convert.ToHexStringLower(id));

    /// <summary>The lookup hash in the text of a <see cref="RowId"/>; null for other text.</summary>
    internal static byte[]? ParseId(string? rowId) =>
        rowId is { Length: 64 } && rowId.All(char.IsAsciiHexDigit) ? Convert.FromHexString(rowId) : null;
}

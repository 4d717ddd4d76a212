using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Receipts;

/// <summary>
/// One page of an account's receipts: filtered, searched and sorted. A page in the middle costs what the first one does, however many
/// there are; nothing is counted and nothing skipped.
/// </summary>
public sealed class BrowseReceipts(OwnReceipts receipts, KeyRing ring)
{
    /// <summary>The page of <paramref name="account"/> that <paramref name="query"/> asks for.</summary>
    /// <remarks>
    /// Each receipt is on one page while one goes forth or back, also when others are added. Where nothing lies beyond the cursor any more,
    /// the page is the one at that end. A page may hold fewer than its size with more to come: rows that were changed outside the program
    /// are left out.
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
            // A list lies open on a screen and in memory: it holds no key, and leads to each receipt by its row.
            [.. page.Rows.Select(row => receipts.Open(row, account.Email) is { } receipt
                ? ListedReceipt.Of(receipt with { MetadataKey = "" }, row.Stored.Id) : null).OfType<ListedReceipt>()],
            previous, next);

        Task<List<OwnReceipt>> Read(bool backwards, ReceiptPosition? after, int take) => receipts.Read(
            account.Id, backwards ? order.Reversed : order, own => search.Narrow(own, query.State), after, take, cancellation);
    }
}

/// <summary>What is to be on a page of receipts.</summary>
/// <param name="State">
/// Only those of this state, null: all. As stored: for a minute, until the purge has run, expired ones are still found among the new,
/// where orphaned ones are always; none is found as <see cref="ReceiptState.Orphaned"/>.
/// </param>
/// <param name="Search">
/// The whole address of the first recipient, or the first one to eight characters of the short id. Null or blank: all.
/// </param>
/// <param name="Sort">By which time.</param>
/// <param name="Descending">Latest first.</param>
/// <param name="Cursor">
/// <see cref="ReceiptPage.Previous"/> or <see cref="ReceiptPage.Next"/> of a page of the same account, sort and direction; anything else
/// is taken as none. Null: the first page.
/// </param>
/// <param name="Size">Receipts on the page, 1 to <see cref="MaxSize"/>; what lies outside is clamped.</param>
public sealed record ReceiptQuery(
    ReceiptState? State = null, string? Search = null, ReceiptSort Sort = ReceiptSort.Created, bool Descending = true,
    string? Cursor = null, int Size = ReceiptQuery.DefaultSize)
{
    /// <summary>Receipts on a page where nothing else is said.</summary>
    public const int DefaultSize = 25;

    /// <summary>Most receipts on a page.</summary>
    public const int MaxSize = 100;
}

/// <summary>A page of receipts.</summary>
/// <param name="Items">The receipts, in the order asked for.</param>
/// <param name="Previous">The cursor of the page before, null when there is none. Opaque, and safe in a URL.</param>
/// <param name="Next">The cursor of the page after, null when there is none.</param>
/// <param name="CanMatch">False when the search is neither an address nor the beginning of a short id, and so can match nothing.</param>
public sealed record ReceiptPage(IReadOnlyList<ListedReceipt> Items, string? Previous, string? Next, bool CanMatch = true);

/// <summary>A receipt in its owner's list.</summary>
/// <param name="Receipt">The receipt, without the key of its secret; on a page of receipts without its own key as well.</param>
/// <param name="ShortId">Names it to people, in mails and in the log: eight characters.</param>
/// <param name="RowId">Names it to <c>BurnSecret</c> and <see cref="FindReceipt"/>; opens nothing for anybody else.</param>
public sealed record ListedReceipt(Receipt Receipt, string ShortId, string RowId)
{
    /// <summary>The receipt with the names that follow from its lookup hash.</summary>
    internal static ListedReceipt Of(Receipt receipt, byte[] id) =>
        new(receipt, StoredReceipt.ShortId(id), Convert.ToHexStringLower(id));

    /// <summary>The lookup hash in what <see cref="RowId"/> says, null for other text.</summary>
    internal static byte[]? ParseId(string? rowId) =>
        rowId is { Length: 64 } && rowId.All(char.IsAsciiHexDigit) ? Convert.FromHexString(rowId) : null;
}

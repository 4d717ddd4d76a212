using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Receipts;

public sealed class BrowseReceiptsTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private SignedIn _owner = null!;
    private SignedIn _other = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        _owner = await _server.SignedIn("owner@example.com");
        _other = await _server.SignedIn("other@example.com");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_filter_search_and_order_matches_an_in_memory_list_in_both_paging_directions()
    {
        await _server.Write(_owner, _server.Mixed(70));
        await _server.Write(_other, _server.Mixed(70));
        var own = await _server.Rows(_owner);
        var id = Convert.ToHexStringLower(own[0].Id);
        string?[] searches = [null, "  ", "anna@example.com", " Bob@Example.com ", id[..1], id[..3].ToUpperInvariant(), id[..8]];
        ReceiptState?[] states = [null, ReceiptState.New, ReceiptState.Received, ReceiptState.Burned, ReceiptState.Expired];
        foreach (var search in searches)
            foreach (var state in states)
                foreach (var sort in Enum.GetValues<ReceiptSort>())
                    foreach (var descending in (bool[])[true, false])
                        await Compare(own, new ReceiptQuery(state, search, sort, descending, Size: 7));
    }

    [Fact]
    public async Task Page_holds_25_receipts_by_default_and_never_more_than_100()
    {
        await _server.Write(_owner, _server.Mixed(130));
        Assert.Equal(25, (await Page(new ReceiptQuery())).Items.Count);
        Assert.Equal(100, (await Page(new ReceiptQuery(Size: int.MaxValue))).Items.Count);
        Assert.Single((await Page(new ReceiptQuery(Size: -1))).Items);
    }

    [Theory]
    [InlineData(ReceiptSort.Created)]
    [InlineData(ReceiptSort.SecretExpires)]
    public async Task Paging_shows_each_receipt_once_in_each_direction_while_others_are_added(ReceiptSort sort)
    {
        await _server.Write(_owner, _server.Mixed(60));
        var before = (await _server.Rows(_owner)).ConvertAll(row => Convert.ToHexStringLower(row.Id));
        var query = new ReceiptQuery(Sort: sort, Size: 7);
        var forth = await Walk(query, page => page.Next);
        Assert.Equal(before.Order(StringComparer.Ordinal), Seen(forth).Order(StringComparer.Ordinal));
        var back = await Walk(query with { Cursor = forth[^1].Page.Previous }, page => page.Previous);
        Assert.Equal(Seen(forth[..^1]).Order(StringComparer.Ordinal), Seen(back).Order(StringComparer.Ordinal));

        // The receipts that existed at the beginning. No receipt may be seen twice, old or new.
        List<string> Seen(List<(string? Cursor, ReceiptPage Page)> pages)
        {
            var all = pages.SelectMany(page => page.Page.Items).Select(item => item.RowId).ToList();
            Assert.Distinct(all, StringComparer.Ordinal);
            return [.. all.Intersect(before, StringComparer.Ordinal)];
        }

        async Task<List<(string? Cursor, ReceiptPage Page)>> Walk(ReceiptQuery begin, Func<ReceiptPage, string?> step)
        {
            var pages = new List<(string? Cursor, ReceiptPage Page)>();
            for (var next = begin; pages.Count == 0 || next.Cursor is not null; next = begin with { Cursor = step(pages[^1].Page) })
            {
                pages.Add((next.Cursor, await Page(next)));
                await _server.Write(_owner, _server.Mixed(1));
                Assert.True(pages.Count < 60, "the paging does not end");
            }
            return pages;
        }
    }

    [Fact]
    public async Task Cursor_with_no_rows_left_beyond_it_shows_the_page_at_that_end()
    {
        await _server.Write(_owner, _server.Mixed(20));
        var first = await Page(new ReceiptQuery(Size: 10));
        var second = await Page(new ReceiptQuery(Size: 10, Cursor: first.Next));
        await Delete(second);
        var last = await Page(new ReceiptQuery(Size: 10, Cursor: first.Next));
        Assert.Equal(Ids(first), Ids(last));
        Assert.Equal((null, null), (last.Previous, last.Next));
        _server.Clock.Advance(TimeSpan.FromMinutes(1));
        await _server.Write(_owner, _server.Mixed(5));
        await Delete(first);
        var back = await Page(new ReceiptQuery(Size: 10, Cursor: second.Previous));
        Assert.Equal(5, back.Items.Count);
        await Delete(back);
        Assert.Equivalent(new ReceiptPage([], null, null), await Page(new ReceiptQuery(Cursor: first.Next)), strict: true);
    }

    [Fact]
    public async Task Invalid_cursor_shows_the_first_page_and_another_accounts_cursor_shows_none_of_its_receipts()
    {
        await _server.Write(_owner, _server.Mixed(20));
        await _server.Write(_other, _server.Mixed(20));
        var query = new ReceiptQuery(Size: 5);
        var first = Ids(await Page(query));
        var cursor = (await Page(query)).Next!;
        Assert.Matches("^[A-Za-z0-9_-]+$", cursor);
        Assert.Empty(first.Intersect(Ids(await Page(query with { Cursor = cursor })), StringComparer.Ordinal));
        string[] forged =
        [
            "", "x", "%00", cursor[1..], cursor[..^2], cursor + "=", "B" + cursor[1..], new string('A', cursor.Length),
            new string('é', cursor.Length), new string('9', 4000),
            (await Page(query with { Sort = ReceiptSort.SecretExpires })).Next!, (await Page(query with { Descending = false })).Next!,
        ];
        foreach (var text in forged)
            Assert.Equal(first, Ids(await Page(query with { Cursor = text })));
        var all = Ids(await Page(new ReceiptQuery(Size: 100)));
        var others = (await _server.Get<BrowseReceipts>().Run(_other, query, CancellationToken.None)).Next!;
        var changed = Enumerable.Range(0, cursor.Length).Select(i => cursor[..i] + (cursor[i] == 'x' ? 'y' : 'x') + cursor[(i + 1)..]);
        foreach (var text in changed.Append(others))
            Assert.Empty(Ids(await Page(query with { Cursor = text })).Except(all, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Account_never_sees_the_receipts_of_another_account()
    {
        await _server.Write(_owner, _server.Mixed(30));
        await _server.Conceal("anonymous");
        var theirs = (await _server.Rows(_owner)).ConvertAll(row => Convert.ToHexStringLower(row.Id));
        var cursors = new[] { null, (await Page(new ReceiptQuery(Size: 5))).Next };
        foreach (var search in (string?[])[null, "anna@example.com", .. theirs.Select(id => id[..8])])
            foreach (var cursor in cursors)
            {
                var page = await _server.Get<BrowseReceipts>().Run(
                    _other, new ReceiptQuery(Search: search, Cursor: cursor), CancellationToken.None);
                Assert.Equivalent(new ReceiptPage([], null, null), page, strict: true);
            }
        var find = _server.Get<FindReceipt>();
        foreach (var id in theirs)
            Assert.Null(await find.Run(_other, id, CancellationToken.None));
    }

    [Theory]
    [InlineData("anna")]
    [InlineData("anna@")]
    [InlineData("@example.com")]
    [InlineData("an***@e***.com")]
    [InlineData("xyz")]
    [InlineData("123456789")]
    [InlineData("12 34")]
    [InlineData("１２")]
    public async Task Search_that_cannot_match_any_receipt_is_reported_as_such(string search)
    {
        await _server.Write(_owner, _server.Mixed(3));
        Assert.Equivalent(new ReceiptPage([], null, null, CanMatch: false), await Page(new ReceiptQuery(Search: search)), strict: true);
    }

    [Fact]
    public async Task Listed_receipt_contains_no_key_and_can_be_found_by_its_row_id()
    {
        var (_, metadata) = await _server.Conceal("value", "passphrase", account: _owner);
        var item = Assert.Single((await Page(new ReceiptQuery())).Items);
        var id = Convert.ToHexStringLower(metadata.Id);
        Assert.Equal(("", null, ReceiptState.New), (item.Receipt.MetadataKey, item.Receipt.SecretKey, item.Receipt.State));
        Assert.Equal((id, id[..8]), (item.RowId, item.ShortId));
        var found = await _server.Get<FindReceipt>().Run(_owner, item.RowId, CancellationToken.None);
        Assert.Equal(metadata.Text, found?.Receipt.MetadataKey);
        Assert.Equivalent(item, found! with { Receipt = found.Receipt with { MetadataKey = "" } }, strict: true);
        foreach (var unknown in (string?[])[null, "", "x", id[1..], id + "00", new string('0', 64), metadata.Text])
            Assert.Null(await _server.Get<FindReceipt>().Run(_owner, unknown, CancellationToken.None));
    }

    [Fact]
    public async Task Receipts_leave_the_list_when_they_expire_without_waiting_for_the_purge()
    {
        await _server.Conceal("value", ttl: 60, account: _owner);
        _server.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(ReceiptState.Expired, Assert.Single((await Page(new ReceiptQuery())).Items).Receipt.State);
        Assert.Empty((await Page(new ReceiptQuery(ReceiptState.Expired))).Items);
        await _server.Get<PurgeExpired>().Run(CancellationToken.None);
        Assert.Single((await Page(new ReceiptQuery(ReceiptState.Expired))).Items);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty((await Page(new ReceiptQuery())).Items);
    }

    private static List<string> Ids(ReceiptPage page) => [.. page.Items.Select(item => item.RowId)];

    private Task<ReceiptPage> Page(ReceiptQuery query) => _server.Get<BrowseReceipts>().Run(_owner, query, CancellationToken.None);

    private async Task Delete(ReceiptPage page)
    {
        var ids = Ids(page).Select(Convert.FromHexString).ToList();
        await using var db = _server.Database();
        Assert.Equal(ids.Count, await db.Receipts.Where(r => ids.Contains(r.Id)).ExecuteDeleteAsync());
    }

    private async Task Compare(List<StoredReceipt> own, ReceiptQuery query)
    {
        var expected = Oracle(own, query).Chunk(query.Size).Select(page => string.Join(' ', page)).DefaultIfEmpty("").ToList();
        var pages = new List<ReceiptPage> { await Page(query) };
        while (pages[^1].Next is { } next && pages.Count <= expected.Count)
            pages.Add(await Page(query with { Cursor = next }));
        Assert.Equal(expected, pages.ConvertAll(page => string.Join(' ', Ids(page))));
        Assert.Null(pages[0].Previous);
        for (var i = pages.Count - 1; i > 0; i--)
        {
            var before = await Page(query with { Cursor = pages[i].Previous });
            Assert.Equal(expected[i - 1], string.Join(' ', Ids(before)));
            Assert.Equal((i > 1, true), (before.Previous is not null, before.Next is not null));
            Assert.Equal(expected[i], string.Join(' ', Ids(await Page(query with { Cursor = before.Next }))));
        }
    }

    private IEnumerable<string> Oracle(List<StoredReceipt> own, ReceiptQuery query)
    {
        var search = query.Search?.Trim().ToLowerInvariant() ?? "";
        var hash = search.Contains('@', StringComparison.Ordinal) ? EmailAddress.Parse(search)!.Hash(_server.Get<KeyRing>()) : null;
        var listed = own
            .Where(row => query.State is null || row.State == query.State)
            .Where(row => hash is null
                ? Convert.ToHexStringLower(row.Id).StartsWith(search, StringComparison.Ordinal)
                : row.RecipientHash?.AsSpan().SequenceEqual(hash) == true)
            .OrderBy(row => query.Sort == ReceiptSort.Created ? row.Created : row.SecretExpires)
            .ThenBy(row => Convert.ToHexStringLower(row.Id), StringComparer.Ordinal)
            .Select(row => Convert.ToHexStringLower(row.Id));
        return query.Descending ? listed.Reverse() : listed;
    }
}

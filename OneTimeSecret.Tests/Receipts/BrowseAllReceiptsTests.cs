using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Receipts;

/// <summary>What each search over the receipts of all accounts finds.</summary>
public sealed class BrowseAllReceiptsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_search_finds_what_matches_and_nothing_else()
    {
        var (one, other) = (await _server.SignedIn(People.Email), await _server.SignedIn("other@example.com"));
        await _server.Write(one, _server.Mixed(40));
        await _server.Write(other, _server.Mixed(40));
        var (mine, theirs) = (await _server.Rows(one), await _server.Rows(other));
        var all = mine.Concat(theirs).ToList();
        var bob = EmailAddress.Parse("bob@example.com")!.Hash(_server.Get<KeyRing>());
        var id = Id(theirs[0]);
        await Finds(all, new());
        await Finds(mine, new(ReceiptsBy.Owner, $" {People.Email} "));
        await Finds(theirs, new(ReceiptsBy.Owner, "OTHER@example.com"));
        await Finds(
            all.Where(row => Id(row).StartsWith(id[..1], StringComparison.Ordinal)),
            new(ReceiptsBy.ShortId, id[..1].ToUpperInvariant()));
        await Finds([theirs[0]], new(ReceiptsBy.ShortId, $" {id[..8]} "));
        await Finds(
            all.Where(row => row.RecipientHash is { } to && to.SequenceEqual(bob)), new(ReceiptsBy.Recipient, "Bob@example.com"));
        var until = _server.Clock.GetUtcNow().AddSeconds(-2);
        await Finds(all.Where(row => row.Created <= until), new(Until: until));
        await Finds(mine.Where(row => row.Created <= until), new(ReceiptsBy.Owner, People.Email, until));
    }

    [Theory]
    [InlineData(ReceiptsBy.ShortId, "nonsense"), InlineData(ReceiptsBy.ShortId, "0123456789")]
    [InlineData(ReceiptsBy.ShortId, "anna@example.com")]
    [InlineData(ReceiptsBy.Owner, "nobody@example.com"), InlineData(ReceiptsBy.Owner, "a"), InlineData(ReceiptsBy.Recipient, "anna")]
    public async Task Search_that_cannot_match_is_distinguished_from_a_search_without_results(ReceiptsBy by, string search)
    {
        await _server.Conceal("value");
        var page = await Page(new(by, search));
        Assert.Equal((0, false), (page.Items.Count, page.CanMatch));
        page = await Page(new(ReceiptsBy.Recipient, "unheard-of@example.com"));
        Assert.Equal((0, true), (page.Items.Count, page.CanMatch));
    }

    [Fact]
    public async Task Short_id_finds_the_receipt_with_its_owner_state_and_size()
    {
        var owner = await _server.SignedIn(People.Email);
        var (key, metadata) = await _server.Conceal(new string('x', 2000), "passphrase", account: owner);
        var id = Convert.ToHexStringLower(metadata.Id);
        var row = Assert.Single((await Page(new(ReceiptsBy.ShortId, id[..8]))).Items);
        Assert.Equal((owner.Email, ReceiptState.New, SecretSize.Medium, true), (row.Owner, row.State, row.Size, row.HasPassphrase));
        await _server.TryReveal(key, "passphrase");
        row = await _server.Get<BrowseAllReceipts>().Find(id, CancellationToken.None);
        Assert.Equal((ReceiptState.Received, null), (row!.State, row.Size));
        Assert.Null(await _server.Get<BrowseAllReceipts>().Find(id[..8], CancellationToken.None));
    }

    private static string Id(StoredReceipt row) => Convert.ToHexStringLower(row.Id);

    /// <summary>Asserts that paging forward and back shows each receipt once, newest first.</summary>
    private async Task Finds(IEnumerable<StoredReceipt> expected, AllReceiptsQuery query)
    {
        var ids = expected.Select(Id).Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(ids);
        var byIds = query is { By: ReceiptsBy.ShortId, Search: not null }; // sorted by id, on one page
        query = query with { Size = byIds ? AllReceiptsQuery.MaxSize : 7 };
        var (forth, page) = (new List<IReadOnlyList<AnyReceipt>>(), await Page(query));
        for (forth.Add(page.Items); page.Next is { } next; forth.Add(page.Items))
            page = await Page(query with { Cursor = next });
        var found = forth.SelectMany(items => items).ToList();
        Assert.Equal(ids, found.Select(row => row.RowId).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        if (byIds)
            return;
        Assert.Equal(found.OrderByDescending(row => row.Created).Select(row => row.Created), found.Select(row => row.Created));
        foreach (var before in forth.AsEnumerable().Reverse().Skip(1))
        {
            page = await Page(query with { Cursor = page.Previous });
            Assert.Equal(before.Select(row => row.RowId), page.Items.Select(row => row.RowId), StringComparer.Ordinal);
        }
        Assert.Null(page.Previous);
    }

    private Task<AllReceiptsPage> Page(AllReceiptsQuery query) => _server.Get<BrowseAllReceipts>().Run(query, CancellationToken.None);
}

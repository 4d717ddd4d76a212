using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Audit;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Receipts;

/// <summary>The cost of a list depends on the rows that it shows, not on the query and not on the number of stored rows.</summary>
public sealed class ReceiptPlansTests
{
    [Fact]
    public async Task Every_filter_search_and_order_walks_a_range_of_an_index_and_sorts_nothing()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        var owner = await server.SignedIn("owner@example.com");
        await server.Write(owner, server.Mixed(40));
        var browse = server.Get<BrowseReceipts>();
        var odd = new SortedSet<string>(StringComparer.Ordinal);
        var seen = 0;
        foreach (var search in (string?[])[null, "anna@example.com", "bob@example.com", "a", "abcd"])
            foreach (var state in (ReceiptState?[])[null, ReceiptState.New, ReceiptState.Received])
                foreach (var sort in Enum.GetValues<ReceiptSort>())
                    foreach (var descending in (bool[])[true, false])
                    {
                        var query = new ReceiptQuery(state, search, sort, descending, Size: 1);
                        reads.Forget();
                        var page = await browse.Run(owner, query, CancellationToken.None);
                        page = await browse.Run(owner, query with { Cursor = page.Next }, CancellationToken.None);
                        await browse.Run(owner, query with { Cursor = page.Previous }, CancellationToken.None);
                        seen += reads.Plans.Count;
                        foreach (var step in reads.Plans.SelectMany(plan => plan).Where(step => !Ranges(step, search, state, sort)))
                            odd.Add($"{search ?? "all"}, {state?.Name() ?? "any"}, {sort}, {(descending ? "falling" : "rising")}: {step}");
                    }
        Assert.Empty(odd);
        Assert.True(seen > 200, $"only {seen} statements were seen");
    }

    /// <summary>True if a plan step reads a range of an index. Any unexpected step, such as a scan or a sort, gives false.</summary>
    private static bool Ranges(string step, string? search, ReceiptState? state, ReceiptSort sort)
    {
        var bySearch = search?.Contains('@', StringComparison.Ordinal) == true;
        var (index, columns) = bySearch ? ("_RecipientHash", " AND RecipientHash=?")
            : state is null ? ("", "") : ("_State", " AND State=?");
        return step.StartsWith($"SEARCH r USING INDEX IX_Receipts_OwnerId{index}_{sort}_Id (OwnerId=?{columns}", StringComparison.Ordinal)
            || step is "SEARCH s USING COVERING INDEX IX_Secrets_ReceiptId (ReceiptId=?)"
            || step.StartsWith("CORRELATED SCALAR SUBQUERY", StringComparison.Ordinal);
    }
}

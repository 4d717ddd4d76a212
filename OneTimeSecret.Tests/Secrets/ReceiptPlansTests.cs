using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Secrets;

/// <summary>Lists cost what they show, whatever is asked for and however much there is.</summary>
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
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var search in (string?[])[null, "anna@example.com", "a", "abcd"])
            foreach (var state in (ReceiptState?[])[null, ReceiptState.New])
                foreach (var sort in Enum.GetValues<ReceiptSort>())
                    foreach (var descending in (bool[])[true, false])
                    {
                        var query = new ReceiptQuery(state, search, sort, descending, Size: 1);
                        reads.Forget();
                        var first = await browse.Run(owner, query, CancellationToken.None);
                        var second = await browse.Run(owner, query with { Cursor = first.Next }, CancellationToken.None);
                        await browse.Run(owner, query with { Cursor = second.Previous }, CancellationToken.None);
                        foreach (var step in reads.Plans.SelectMany(plan => plan))
                            found.Add($"{search ?? "all",-16} {state?.Name() ?? "any",-4} {sort,-13} {descending,-5} {step}");
                    }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', found));
        Assert.DoesNotContain(found, step => step.Contains("SCAN", StringComparison.Ordinal));
    }
}

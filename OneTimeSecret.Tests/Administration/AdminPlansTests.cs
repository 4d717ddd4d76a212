using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Receipts;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Administration;

/// <summary>Queries of the administrators' pages read about as many rows as they show, however many are stored.</summary>
public sealed class AdminPlansTests
{
    [Fact]
    public async Task Every_search_of_all_receipts_uses_an_index_and_needs_no_sort()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        var owner = await server.SignedIn("owner@example.com");
        await server.Write(owner, server.Mixed(40));
        var browse = server.Get<BrowseAllReceipts>();
        (ReceiptsBy By, string? Search)[] searches =
        [
            (ReceiptsBy.ShortId, null), (ReceiptsBy.ShortId, "a"), (ReceiptsBy.Owner, owner.Email),
            (ReceiptsBy.Recipient, "anna@example.com"),
        ];
        foreach (var (by, search) in searches)
            foreach (var until in (DateTimeOffset?[])[null, server.Clock.GetUtcNow()])
            {
                reads.Forget();
                var query = new AllReceiptsQuery(by, search, until, Size: 1);
                var page = await browse.Run(query, CancellationToken.None);
                page = await browse.Run(query with { Cursor = page.Next }, CancellationToken.None);
                await browse.Run(query with { Cursor = page.Previous }, CancellationToken.None);
                GoByIndexes(reads, $"{by} {search} {until}");
            }
        reads.Forget();
        await browse.Find(new string('a', 64), CancellationToken.None);
        GoByIndexes(reads, "one");
    }

    [Fact]
    public async Task Every_search_of_the_audit_trail_uses_an_index_and_needs_no_sort()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        var admin = await server.AddAdmin();
        var (_, metadata) = await server.Conceal("value", account: admin.Account);
        var browse = server.Get<BrowseAudit>();
        AuditQuery[] queries =
        [
            new(), new(AuditKind.SecretCreated), new(AuditKind.BannerSet), new(Search: StoredReceipt.ShortId(metadata.Id)),
            new(Search: AdminAccounts.Email),
        ];
        foreach (var query in queries)
            foreach (var until in (DateTimeOffset?[])[null, server.Clock.GetUtcNow()])
                foreach (var cursor in (string?[])[null, Cursor(back: false), Cursor(back: true)])
                {
                    reads.Forget();
                    await browse.Run(query with { Until = until, Cursor = cursor }, CancellationToken.None);
                    GoByIndexes(reads, $"{query} {until} {cursor}", isWhole: query is { Kind: null, Search: null });
                }
        reads.Forget();
        await server.Get<ExportAudit>().Write(Stream.Null, CancellationToken.None);
        GoByIndexes(reads, "export", isWhole: true);
    }

    [Fact]
    public async Task Overview_scans_no_table_that_grows_with_use()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        await server.Conceal("value");
        reads.Forget();
        await server.Get<ReadOverview>().Run(CancellationToken.None);
        // Only the table with one row per day is scanned.
        Assert.Equal("SCAN d", Assert.Single(reads.Scans.Distinct(StringComparer.Ordinal)));
        Assert.True(reads.Plans.Count >= 6, $"only {reads.Plans.Count} statements were seen");
    }

    private static string Cursor(bool back) => new Core.Storage.TextCursor(back, "2").Text();

    /// <summary>Asserts that all reads used an index, and that none sorted.</summary>
    /// <param name="reads">The query plans of the reads.</param>
    /// <param name="what">The name of the query, for the message.</param>
    /// <param name="isWhole">Whether the query has no filter. Then a scan in row order is allowed, because it stops after a page.</param>
    private static void GoByIndexes(WatchedReads reads, string what, bool isWhole = false)
    {
        Assert.NotEmpty(reads.Plans);
        var odd = reads.Scans.Where(step => !step.Contains("USING INDEX", StringComparison.Ordinal) && !(isWhole && step is "SCAN a"))
            .Concat(reads.Plans.SelectMany(plan => plan).Where(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal)));
        Assert.True(!odd.Any(), $"{what}: {string.Join("; ", odd)}");
    }
}

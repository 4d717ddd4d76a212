using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;
using OneTimeSecret.Tests.Receipts;
using OneTimeSecret.Tests.Storage;

namespace OneTimeSecret.Tests.Administration;

/// <summary>What administrators look at costs what it shows, however much is stored.</summary>
public sealed class AdminPlansTests
{
    [Fact]
    public async Task Every_search_of_everybodys_receipts_goes_by_an_index_and_sorts_nothing()
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
    public async Task Every_search_of_the_audit_trail_goes_by_an_index_and_sorts_nothing()
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
    public async Task The_overview_reads_counts_and_no_table_that_grows()
    {
        var reads = new WatchedReads();
        await using var server = await RunningServer.Start(null, reads.Attach);
        await server.Conceal("value");
        reads.Forget();
        await server.Get<ReadOverview>().Run(CancellationToken.None);
        // One row for each day is all that is ever added up.
        Assert.Equal("SCAN d", Assert.Single(reads.Scans.Distinct(StringComparer.Ordinal)));
        Assert.True(reads.Plans.Count >= 6, $"only {reads.Plans.Count} statements were seen");
    }

    private static string Cursor(bool back) => new Core.Storage.TextCursor(back, "2").Text();

    /// <summary>Sees that what was read was found, and not looked for.</summary>
    /// <param name="reads">What was read.</param>
    /// <param name="what">What for.</param>
    /// <param name="isWhole">Whether the whole trail is meant: it is walked only as far as a page goes.</param>
    private static void GoByIndexes(WatchedReads reads, string what, bool isWhole = false)
    {
        Assert.NotEmpty(reads.Plans);
        var odd = reads.Scans.Where(step => !step.Contains("USING INDEX", StringComparison.Ordinal) && !(isWhole && step is "SCAN a"))
            .Concat(reads.Plans.SelectMany(plan => plan).Where(step => step.Contains("TEMP B-TREE", StringComparison.Ordinal)));
        Assert.True(!odd.Any(), $"{what}: {string.Join("; ", odd)}");
    }
}

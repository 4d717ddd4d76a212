using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Receipts;

public sealed class RecentReceiptsTests
{
    /// <summary>More than two pages. Most receipts have the same time, because the clock stands still.</summary>
    [Fact]
    public async Task Every_receipt_is_listed_once_newest_first_across_all_pages()
    {
        await using var server = await RunningServer.Start("--Storage:QueueLength=2000");
        var owner = await server.SignedIn("owner@example.com");
        var other = await server.SignedIn("other@example.com");
        await server.Conceal("of another", account: other);
        var made = new List<string>();
        foreach (var batch in new[] { 3, 1100, 7 })
        {
            made.AddRange((await Verbs.AtOnce(batch, _ => server.Conceal("value", account: owner))).Select(secret => secret.Metadata.Text));
            server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        // The limit exceeds the number of receipts, so that an endless list fails instead of hanging.
        var recent = await server.Get<RecentReceipts>().Run(owner, CancellationToken.None).Take(2000).ToListAsync();
        Assert.Equal(made.Order(StringComparer.Ordinal), recent.Select(receipt => receipt.MetadataKey).Order(StringComparer.Ordinal));
        var times = recent.ConvertAll(receipt => receipt.Created);
        Assert.Equal(times.OrderDescending(), times);
    }

    [Fact]
    public async Task Receipts_are_listed_until_they_expire_and_show_no_secret_key()
    {
        await using var server = await RunningServer.Start();
        var owner = await server.SignedIn("owner@example.com");
        await server.Conceal("value", ttl: 60, account: owner);
        var listed = Assert.Single(await server.Get<RecentReceipts>().Run(owner, CancellationToken.None).ToListAsync());
        Assert.Equal((ReceiptState.New, null), (listed.State, listed.SecretKey));
        server.Clock.Advance(TimeSpan.FromSeconds(119));
        listed = Assert.Single(await server.Get<RecentReceipts>().Run(owner, CancellationToken.None).ToListAsync());
        Assert.Equal((ReceiptState.Expired, null), (listed.State, listed.SecretKey));
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await server.Get<RecentReceipts>().Run(owner, CancellationToken.None).ToListAsync());
    }
}

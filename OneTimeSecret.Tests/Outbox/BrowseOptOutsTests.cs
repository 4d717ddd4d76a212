using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Tests.Mail;

namespace OneTimeSecret.Tests.Outbox;

/// <summary>Administrators learn how many people opted out of mails, but not who.</summary>
public sealed class BrowseOptOutsTests
{
    [Fact]
    public async Task Opt_outs_are_listed_as_a_number_and_the_latest_time()
    {
        await using var server = await RunningServer.Start();
        await server.OptOut("first@example.com");
        server.Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 50; i++)
            await server.OptOut($"person{i}@example.com");
        var list = await List(server);
        Assert.Equal((51, false), (list.Count, list.More));
        Assert.Equal(server.Clock.GetUtcNow(), list.Latest!.Value, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Opt_outs_are_counted_up_to_ten_thousand()
    {
        await using var server = await RunningServer.Start();
        Assert.Equal(new OptOutList(0, More: false, Latest: null), await List(server));
        await using var db = server.Database();
        await db.Database.ExecuteSqlAsync($"""
            INSERT INTO OptOuts (RecipientHash, Created)
            WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {BrowseOptOuts.MostCounted})
            SELECT CAST(printf('%032d', i) AS BLOB), i FROM numbers
            """);
        Assert.Equal(Listed(more: false, latest: BrowseOptOuts.MostCounted), await List(server));
        await db.Database.ExecuteSqlAsync($"INSERT INTO OptOuts (RecipientHash, Created) VALUES (x'00', 20000)");
        Assert.Equal(Listed(more: true, latest: 20_000), await List(server));
    }

    private static OptOutList Listed(bool more, long latest) =>
        new(BrowseOptOuts.MostCounted, more, DateTimeOffset.FromUnixTimeMilliseconds(latest));

    private static Task<OptOutList> List(RunningServer server) => server.Get<BrowseOptOuts>().Run(CancellationToken.None);
}

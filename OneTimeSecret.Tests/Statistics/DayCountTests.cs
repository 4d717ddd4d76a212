using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Receipts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Vault;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Statistics;

/// <summary>The counts of each day match what happened, and the sum of all days matches what is stored.</summary>
public sealed class DayCountTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.Start();
        var now = _server.Clock.GetUtcNow();
        _server.Clock.SetUtcNow(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(2).AddMinutes(-1));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Acts_before_and_after_midnight_are_counted_on_their_own_day()
    {
        var owner = await _server.SignedIn(People.Email);
        var admin = await _server.AddAdmin();
        await Agrees();
        var (revealed, _) = await _server.Conceal("value");
        var (_, burned) = await _server.Conceal(new string('x', 5000), "phrase");
        await _server.Conceal("short-lived", ttl: 3600);
        await _server.Conceal("of the owner", account: owner);
        await _server.Conceal("of the owner too", account: owner);
        var (_, destroyed) = await _server.Conceal("value");
        await Agrees();
        await _server.TryReveal(revealed);
        await _server.TryReveal(revealed); // is gone already
        await Agrees();
        Assert.Equal(new Day(6, 1, 0, 0, 5), await Today());

        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new Day(0, 0, 0, 0, 0), await Today());
        await _server.TryBurn(burned, "wrong");
        await _server.TryBurn(burned, "phrase");
        await _server.Get<DestroySecret>().Run(admin, Convert.ToHexStringLower(destroyed.Id), "abuse", CancellationToken.None);
        await Agrees();
        Assert.Equal(new Day(0, 0, 2, 0, -2), await Today());
        Assert.Equal(new Day(6, 1, 0, 0, 5), await DaysAgo(1));

        _server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await _server.Get<PurgeExpired>().Run(CancellationToken.None)).Secrets);
        await Agrees();
        Assert.Equal(new Day(0, 0, 2, 1, -3), await Today());

        _server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<DeleteOutcome.Deleted>(
            await _server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None));
        await Agrees();
        Assert.Equal(new Day(0, 0, 2, 0, -2), await Today());
        Assert.Equal(new Day(6, 1, 0, 0, 5), await DaysAgo(2));
        Assert.Equal((0, 0), await Live());
    }

    [Fact]
    public async Task A_day_on_which_nothing_happened_has_no_row()
    {
        await using var db = _server.Database();
        Assert.Empty(await db.DayCounts.AsNoTracking().ToListAsync());
    }

    [Fact]
    public async Task Concurrent_acts_are_all_counted()
    {
        var secrets = await Verbs.AtOnce(60, i => _server.Conceal(new string('x', i + 1), ttl: 3600));
        await Agrees();
        await Verbs.AtOnce(40, i => _server.TryReveal(secrets[i % 20].Key));
        await Verbs.AtOnce(20, i => _server.TryBurn(secrets[20 + (i % 10)].Metadata));
        await Agrees();
        Assert.Equal(new Day(60, 20, 10, 0, 30), await Today());
        _server.Clock.Advance(TimeSpan.FromHours(2));
        await Agrees();
        await _server.Get<PurgeExpired>().Run(CancellationToken.None);
        await Agrees();
        Assert.Equal(new Day(0, 0, 0, 30, -30), await Today());
    }

    [Fact]
    public async Task An_adopted_receipts_secret_outlives_the_account_and_stays_counted()
    {
        var owner = await _server.SignedIn(People.Email);
        var (key, metadata) = await _server.Conceal("value");
        Assert.True(await _server.Get<AdoptReceipt>().Run(metadata, owner.Asks(), CancellationToken.None));
        await _server.Get<DeleteAccount>().Run(owner, owner.Email, People.Somewhere, CancellationToken.None);
        await _server.Get<PurgeAccounts>().Run(CancellationToken.None);
        await Agrees();
        Assert.Equal(1, (await Live()).Secrets);
        await _server.TryReveal(key);
        await Agrees();
        Assert.Equal((0, 0), await Live());
    }

    private async Task Agrees()
    {
        await using var db = _server.Database();
        var there = (await db.Secrets.LongCountAsync(), await db.Secrets.SumAsync(s => (long)s.Box.Length));
        Assert.Equal(there, await Live());
        var tally = await Tally.Live(db, CancellationToken.None);
        Assert.Equal(there, (tally.Secrets, tally.Bytes));
    }

    private async Task<(long Secrets, long Bytes)> Live()
    {
        var overview = await Overview();
        return (overview.Secrets, overview.SecretBytes);
    }

    private Task<Overview> Overview() => _server.Get<ReadOverview>().Run(CancellationToken.None);

    private Task<Day> Today() => DaysAgo(0);

    private async Task<Day> DaysAgo(int days)
    {
        var count = (await Overview()).Days[^(days + 1)];
        Assert.Equal(DayCount.Of(_server.Clock.GetUtcNow()) - days, count.Day);
        return new Day(count.Created, count.Revealed, count.Burned, count.Expired, count.Secrets);
    }

    private sealed record Day(long Created, long Revealed, long Burned, long Expired, long Secrets);
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Tests.Accounts;

namespace OneTimeSecret.Tests.Statistics;

/// <summary>What is counted by day is what happened, and its sum is what there is.</summary>
public sealed class DayCountTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start("--Passphrases:BcryptCost=10");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_end_of_a_secret_counts_as_what_it_is()
    {
        var keys = new List<(Core.Crypto.SecretKey Key, Core.Crypto.MetadataKey Metadata)>();
        for (var i = 0; i < 6; i++)
            keys.Add(await _server.Conceal(new string('x', 100 * i) + "x", ttl: i == 5 ? 60 : null));
        Assert.Equal([(6, 0, 0, 0, 6)], await Sum());
        await Fits();

        await _server.TryReveal(keys[0].Key);
        await _server.TryReveal(keys[0].Key); // too late
        await _server.TryBurn(keys[1].Metadata);
        var admin = await _server.AddAdmin();
        await _server.Get<DestroySecret>().Run(admin, Convert.ToHexStringLower(keys[2].Metadata.Id), "abuse", CancellationToken.None);
        Assert.Equal([(6, 1, 2, 0, 3)], await Sum());
        await Fits();

        _server.Clock.Advance(TimeSpan.FromSeconds(61));
        await _server.TryReveal(keys[5].Key);
        await Purge();
        await Purge();
        Assert.Equal([(6, 1, 2, 1, 2)], await Sum());
        await Fits();
    }

    [Fact]
    public async Task A_day_ends_at_midnight_by_UTC()
    {
        var now = _server.Clock.GetUtcNow();
        _server.Clock.Advance(TimeSpan.FromDays(1) - now.TimeOfDay - TimeSpan.FromSeconds(1));
        var (key, _) = await _server.Conceal("value");
        await _server.Conceal("value", ttl: 60);
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        await _server.TryReveal(key);
        _server.Clock.Advance(TimeSpan.FromMinutes(2));
        await Purge();
        Assert.Equal([(2, 0, 0, 0, 2), (0, 1, 0, 1, -2)], await Counted());
        await Fits();
        await using var db = _server.Database();
        var days = await db.DayCounts.Select(day => day.Day).Order().ToListAsync();
        Assert.Equal(DateOnly.FromDateTime(_server.Clock.GetUtcNow().UtcDateTime), DateOnly.FromDayNumber(719_162 + days[1]));
    }

    [Fact]
    public async Task Secrets_of_a_deleted_account_count_as_burned()
    {
        var owner = await _server.SignedIn(People.Email);
        for (var i = 0; i < 40; i++) // more than a batch
            await _server.Conceal($"value {i}", account: owner);
        var read = await _server.Conceal("read", account: owner);
        await _server.TryReveal(read.Key);
        var adopted = await _server.Conceal("nobody's");
        await _server.Get<AdoptReceipt>().Run(adopted.Metadata, owner.Asks(), CancellationToken.None);
        await _server.Get<DeleteAccount>().Run(owner, People.Email, People.Somewhere, CancellationToken.None);
        Assert.Equal([(42, 1, 40, 0, 1)], await Sum());
        await Fits();
    }

    [Fact]
    public async Task Of_many_at_once_one_counts()
    {
        var (key, metadata) = await _server.Conceal("value");
        var (reveals, burns) = (Verbs.AtOnce(10, _ => _server.TryReveal(key)), Verbs.AtOnce(10, _ => _server.TryBurn(metadata)));
        await Task.WhenAll(reveals, burns);
        var counted = Assert.Single(await Sum());
        Assert.Equal((1, 1, 0), (counted.Created, counted.Revealed + counted.Burned, counted.Secrets));
        await Fits();
    }

    [Fact]
    public async Task The_overview_shows_thirty_days_with_gaps_and_what_there_is()
    {
        await _server.Conceal("value");
        _server.Clock.Advance(TimeSpan.FromDays(3));
        await _server.Conceal("value");
        var overview = await _server.Get<ReadOverview>().Run(CancellationToken.None);
        Assert.Equal(ReadOverview.Days, overview.Days.Count);
        Assert.Equal([1, 0, 0, 1], overview.Days.TakeLast(4).Select(day => day.Created));
        Assert.Equal(2, overview.Secrets);
    }

    private Task<Purged> Purge() => _server.Get<PurgeExpired>().Run(CancellationToken.None);

    private async Task<List<(long Created, long Revealed, long Burned, long Expired, long Secrets)>> Counted()
    {
        await using var db = _server.Database();
        return [.. (await db.DayCounts.AsNoTracking().OrderBy(day => day.Day).ToListAsync())
            .Select(day => (day.Created, day.Revealed, day.Burned, day.Expired, day.Secrets))];
    }

    /// <summary>Over all days: a test may run at midnight.</summary>
    private async Task<List<(long Created, long Revealed, long Burned, long Expired, long Secrets)>> Sum()
    {
        var days = await Counted();
        return [(
            days.Sum(d => d.Created), days.Sum(d => d.Revealed), days.Sum(d => d.Burned), days.Sum(d => d.Expired),
            days.Sum(d => d.Secrets))];
    }

    /// <summary>What there is by the counts is what is in the table.</summary>
    private async Task Fits()
    {
        await using var db = _server.Database();
        var live = await Tally.Live(db, CancellationToken.None);
        Assert.Equal(
            (await db.Secrets.CountAsync(), await db.Secrets.SumAsync(secret => (long)secret.Box.Length)), (live.Secrets, live.Bytes));
    }
}

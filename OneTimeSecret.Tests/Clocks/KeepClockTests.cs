using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Tests.Clocks;

public sealed class KeepClockTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.Start();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_latest_time_is_stored_once_a_minute()
    {
        var begin = _server.Get<SteadyClock>().GetUtcNow();
        Assert.Equal(begin, await Kept(), TimeSpan.FromMilliseconds(1));
        _server.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(begin, await Kept(), TimeSpan.FromMilliseconds(1));
        _server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(begin.AddMinutes(1), await Kept(), TimeSpan.FromMilliseconds(1));
    }

    [Theory, InlineData(3650), InlineData(-1)]
    public async Task A_jump_of_the_system_clock_is_not_stored(int days)
    {
        var begin = await Kept();
        _server.System.Set(TimeSpan.FromDays(days));
        _server.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(begin.AddMinutes(10), await Kept());
    }

    [Theory, InlineData(-10), InlineData(-24 * 60)]
    public async Task What_has_expired_stays_so_when_the_server_starts_again_with_a_clock_that_is_behind(int minutes)
    {
        var (key, metadata) = await _server.Conceal("value", ttl: 3600);
        _server.Clock.Advance(TimeSpan.FromMinutes(90));
        var latest = await Kept();
        await using var next = await RunningServer.Start(_server.Folder, builder => builder.AddClock(latest.AddMinutes(minutes)));
        Assert.Equal(latest, next.Get<TimeProvider>().GetUtcNow());
        Assert.Null((await next.TryReveal(key)).Value());
        Assert.Equal(ReceiptState.Expired, (await next.Receipt(metadata)).State);
    }

    [Theory, InlineData(60), InlineData(10 * 365 * 24 * 60)]
    public async Task Nothing_expires_while_the_clock_of_a_running_server_is_ahead_by_mistake(int minutes)
    {
        var (key, metadata) = await _server.Conceal("value", ttl: 1800);
        _server.System.Set(TimeSpan.FromMinutes(minutes));
        Assert.Equal(ReceiptState.New, (await _server.Receipt(metadata)).State);
        Assert.Equal("value", (await _server.TryReveal(SecretKey.Parse(key.Text)!)).Value());
    }

    /// <summary>The time that a look leaves in the database.</summary>
    private async Task<DateTimeOffset> Kept()
    {
        await _server.Get<KeepClock>().Run(CancellationToken.None);
        await using var db = _server.Database();
        return (await db.Clocks.AsNoTracking().SingleAsync()).Latest;
    }
}

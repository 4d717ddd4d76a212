using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

public sealed class SweepTests
{
    [Fact]
    public async Task Every_minute_what_has_expired_goes_by_itself()
    {
        await using var server = await RunningServer.Start();
        await server.Conceal("soon gone", ttl: 60);
        var (kept, _) = await server.Conceal("stays", ttl: 604_800);
        using var sweep = new Sweep(
            server.Get<PurgeExpired>(), server.Get<EraseDeleted>(), server.Clock, NullLogger<Sweep>.Instance);
        await sweep.StartAsync(CancellationToken.None);

        await Verbs.Until(() =>
        {
            // The timer starts on another thread, so the clock is moved until it has heard.
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            using var db = server.Database();
            return db.Secrets.Count() == 1;
        });

        await sweep.StopAsync(CancellationToken.None);
        Assert.Equal("stays", (await server.TryReveal(kept)).Value());
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OneTimeSecret.Web.Jobs;

namespace OneTimeSecret.Tests.Jobs;

public sealed class AuditWatchTests
{
    [Fact]
    public async Task Time_before_the_loop_starts_counts_towards_the_first_interval()
    {
        await using var server = await RunningServer.Start();
        var (clock, file) = (new FakeTimeProvider(), Path.Combine(server.Folder, "audit-head"));
        using var watch = ActivatorUtilities.CreateInstance<AuditWatch>(server.Get<IServiceProvider>(), clock);
        File.Delete(file);
        await watch.StartAsync(CancellationToken.None);
        Assert.True(File.Exists(file));
        File.Delete(file);
        clock.Advance(TimeSpan.FromMinutes(1));
        await Verbs.Until(() => File.Exists(file));
        await watch.StopAsync(CancellationToken.None);
    }
}

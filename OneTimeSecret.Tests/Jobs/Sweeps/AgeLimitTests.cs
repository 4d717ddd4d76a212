using OneTimeSecret.Core.Jobs;
using OneTimeSecret.Core.Jobs.Sweeps;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

public sealed class AgeLimitTests
{
    [Fact]
    public async Task Nothing_is_deleted_by_age_while_the_clock_is_in_doubt_and_the_runs_say_why()
    {
        await using var server = await RunningServer.Start();
        await server.Conceal("expires", ttl: 60);
        server.Clock.Advance(TimeSpan.FromHours(1));
        server.System.Set(TimeSpan.FromDays(3650));
        foreach (var run in (JobRun[])[(await server.RunSweep<PurgeSweep>())[0], (await server.RunSweep<TrimSweep>())[0]])
        {
            Assert.Equal((JobResult.Delayed, 0), Outcome(run));
            Assert.StartsWith("Nothing is deleted because of its age, as the system's clock jumped", run.Message, StringComparison.Ordinal);
        }
        server.System.Set(TimeSpan.FromDays(-3650));
        Assert.Equal((JobResult.Done, 2), Outcome((await server.RunSweep<PurgeSweep>())[0])); // the secret and its receipt
    }

    [Fact]
    public async Task Revealed_values_are_erased_while_the_clock_is_in_doubt()
    {
        await using var server = await RunningServer.Start();
        var (key, _) = await server.Conceal("value");
        await server.RunSweep<EraseSweep>();
        server.System.Set(TimeSpan.FromDays(3650));
        Assert.Equal("value", (await server.TryReveal(key)).Value());
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((JobResult.Done, 1), Outcome((await server.RunSweep<EraseSweep>())[0]));
        Assert.Null(server.Get<Leftovers>().OldestUnerased);
    }

    private static (JobResult Result, int Count) Outcome(JobRun run) => (run.Result, run.Count);
}

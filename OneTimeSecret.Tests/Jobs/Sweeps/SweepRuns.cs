using OneTimeSecret.Core.Jobs;

namespace OneTimeSecret.Tests.Jobs.Sweeps;

/// <summary>Sweeps of a running server, without its scheduler.</summary>
internal static class SweepRuns
{
    /// <summary>Runs a sweep.</summary>
    /// <returns>The runs of its job that are kept, newest first.</returns>
    public static async Task<IReadOnlyList<JobRun>> RunSweep<T>(this RunningServer server)
        where T : Sweep
    {
        var sweep = Assert.Single(server.Get<IEnumerable<Sweep>>().OfType<T>());
        await sweep.Run(CancellationToken.None);
        return (await server.Get<LastRuns>().Run(5, CancellationToken.None))[sweep.Job];
    }
}

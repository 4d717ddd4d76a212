using OneTimeSecret.Core.Clocks;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Keeps jobs from deleting by age while the system's clock is in doubt (docs/adr/0015).</summary>
public sealed class AgeLimit(RunJob run, SteadyClock clock)
{
    private const string Held =
        "Nothing is deleted because of its age, as the system's clock jumped. The overview shows by how much, and until when.";

    /// <summary>Whether rows may be deleted because of their age.</summary>
    internal bool Applies => !clock.Read().HoldsPurges;

    /// <summary>Runs the job <paramref name="job"/>, which deletes by age and returns a count, or records why it did not.</summary>
    internal Task Run(string job, Func<CancellationToken, Task<int>> purge, CancellationToken cancellation) => run.Run(
        job,
        async stop => Applies ? new JobOutcome(await purge(stop)) : new JobOutcome(0, JobResult.Delayed, Held),
        cancellation);
}

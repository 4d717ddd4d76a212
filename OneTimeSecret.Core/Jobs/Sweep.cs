namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// The work of a job. A sweep finds what is due by itself, so it takes no arguments and may run at any time, repeatedly, and on several
/// servers.
/// </summary>
public abstract class Sweep
{
    /// <summary>The job's name, one of <see cref="JobNames"/>.</summary>
    public abstract string Job { get; }

    /// <summary>Does what is due, and records the run with <see cref="RunJob"/>.</summary>
    /// <param name="cancellation">The server is stopping. The run ends early, and the rest is done after the next start.</param>
    public abstract Task Run(CancellationToken cancellation);
}

namespace OneTimeSecret.Core.Jobs;

/// <summary>
/// What a job does: it finds by itself what is due and does it, so it takes no arguments and may run at any time, twice, or on several
/// servers.
/// </summary>
public abstract class Sweep
{
    /// <summary>The job's name, one of <see cref="JobNames"/>.</summary>
    public abstract string Job { get; }

    /// <summary>Does what is due, as a run that is kept (<see cref="RunJob"/>).</summary>
    /// <param name="cancellation">The server stops: the run ends early, and what is left is done after the next start.</param>
    public abstract Task Run(CancellationToken cancellation);
}

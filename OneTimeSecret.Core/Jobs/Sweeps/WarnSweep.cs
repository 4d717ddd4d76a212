using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Warns owners whose secrets will expire unread.</summary>
public sealed class WarnSweep(RunJob run, WarnOfExpiry warn) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Warn;

    /// <inheritdoc/>
    public override Task Run(CancellationToken cancellation) => run.Run(Job, warn.Run, cancellation);
}

using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>
/// Erases deleted data from the files, and mails whose secrets are gone from the pickup folder. If nothing is due, no run is recorded.
/// </summary>
public sealed class EraseSweep(RunJob run, AgeLimit age, EraseDeleted erase, PurgePickup pickup) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Erase;

    /// <inheritdoc/>
    public override async Task Run(CancellationToken cancellation)
    {
        if (erase.IsDue)
            await run.Run(
                Job,
                async stop =>
                {
                    var erasure = await erase.Run(stop);
                    if (age.Applies)
                        await pickup.Run(stop);
                    return erasure.AsRun;
                },
                cancellation);
    }
}

using OneTimeSecret.Core.Erasure;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Retries;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>
/// Deletes kept answers whose time has ended, and erases deleted data from the files, and mails whose secrets are gone from the pickup
/// folder. If nothing is due, no run is recorded.
/// </summary>
public sealed class EraseSweep(RunJob run, AgeLimit age, PurgeAnswers answers, EraseDeleted erase, PurgePickup pickup) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Erase;

    /// <inheritdoc/>
    public override async Task Run(CancellationToken cancellation)
    {
        if (await answers.IsDue(cancellation) || erase.IsDue)
            await run.Run(
                Job,
                async stop =>
                {
                    await answers.Run(stop);
                    var erasure = await erase.Run(stop);
                    if (age.Applies)
                        await pickup.Run(stop);
                    return erasure.AsRun;
                },
                cancellation);
    }
}

using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Sends the mail that is due. If no mail is due, no run is recorded.</summary>
public sealed class DeliverSweep(RunJob run, OutboxQueue queue, DeliverMail deliver) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Deliver;

    /// <inheritdoc/>
    public override async Task Run(CancellationToken cancellation)
    {
        if (await queue.IsDue(cancellation))
            await run.Run(Job, deliver.Run, cancellation);
    }
}

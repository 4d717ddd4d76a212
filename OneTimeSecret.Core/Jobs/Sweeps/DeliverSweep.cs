using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Sends the mail that is due. With no mail due it is no run.</summary>
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

using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>Deletes old mails and old rows of the audit trail.</summary>
public sealed class TrimSweep(AgeLimit age, TrimMails mails, TrimAudit audit) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Trim;

    /// <inheritdoc/>
    public override Task Run(CancellationToken cancellation) =>
        age.Run(Job, async stop => await mails.Run(stop) + await audit.Run(stop), cancellation);
}

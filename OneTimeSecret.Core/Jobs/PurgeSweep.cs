using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Core.Jobs;

/// <summary>Deletes what has expired: secrets, receipts, sign-ups that were not completed, sessions and counts of sign-in tries.</summary>
public sealed class PurgeSweep(RunJob run, PurgeExpired expired, PurgeAccounts accounts, Sessions sessions, SignInTries tries) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Purge;

    /// <inheritdoc/>
    public override Task Run(CancellationToken cancellation) => run.Run(
        Job,
        async stop => (await expired.Run(stop)).Total + await accounts.Run(stop) + await sessions.Purge() + await tries.Purge(),
        cancellation);
}

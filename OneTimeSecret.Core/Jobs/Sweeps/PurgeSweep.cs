using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Profile;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Core.Jobs.Sweeps;

/// <summary>
/// Deletes expired secrets, receipts, sessions, sign-ups and sign-in counters, what is left of deleted accounts, and mails in the pickup
/// folder whose links work no more.
/// </summary>
public sealed class PurgeSweep(
    AgeLimit age, PurgeExpired expired, PurgeAccounts accounts, AccountSessions sessions, SignInTries tries, PurgePickup pickup) : Sweep
{
    /// <inheritdoc/>
    public override string Job => JobNames.Purge;

    /// <inheritdoc/>
    public override Task Run(CancellationToken cancellation) => age.Run(
        Job,
        async stop => (await expired.Run(stop)).Total + await accounts.Run(stop) + await sessions.Purge() + await tries.Purge()
            + await pickup.Run(stop),
        cancellation);
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Requires a second factor for an account, or stops requiring it. The owner chooses which factor to add. Until they have added one, their
/// sessions can do nothing else (<c>OpenedSession.LacksFactor</c>).
/// </summary>
public sealed class DemandFactor(AdminAct act)
{
    /// <summary>Sets whether the account <paramref name="id"/> must have a second factor even if the settings do not require one.</summary>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, bool demanded, CancellationToken cancellation) => act.Run(
        admin, AuditKind.FactorDemanded, id.ToString(), demanded ? "demanded" : "not demanded",
        async db =>
            await db.Users
                .Where(a => a.Id == id && a.Deleted == null && a.NeedsFactor != demanded)
                .ExecuteUpdateAsync(set => set.SetProperty(a => a.NeedsFactor, demanded)) == 1
                ? AdminOutcome.Done
                : AdminOutcome.NotThere,
        cancellation);
}

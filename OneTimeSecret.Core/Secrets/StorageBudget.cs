using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Core.Secrets;

/// <summary>
/// Limits what one anonymous client, and an IPv6 /48, keeps stored: bytes times lifetime, by day. Whoever uses the budget every day keeps
/// that many megabytes stored on average, be it many secrets for an hour or few for a week. Counts are in memory.
/// </summary>
public sealed class StorageBudget(IOptions<LimitOptions> limits, RefusalBursts refusals, TimeProvider time)
{
    /// <summary>What each secret takes besides its value: its receipt, index entries, its row of the audit trail.</summary>
    private const int RowBytes = 1024;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ClientCounter _used = new(
        limits.Value.MegabyteDays * 1_000_000L * (long)Day.TotalSeconds, limits.Value.NetworkFactor, Day, time);

    /// <summary>Counts a secret before it is stored.</summary>
    /// <param name="caller">Accounts are not counted.</param>
    /// <param name="bytes">The size of the value.</param>
    /// <param name="ttl">Its lifetime in seconds.</param>
    /// <returns>The time to wait if the budget would be exceeded. Then nothing is counted.</returns>
    internal (TimeSpan? Wait, Spent? Spent) Spend(Caller caller, int bytes, int ttl)
    {
        if (caller.Account is not null || !limits.Value.Enabled)
            return (null, null);
        var spent = new Spent(ClientAddress.Of(caller.Client), (long)(bytes + RowBytes) * ttl, time.GetTimestamp());
        if (_used.Spend(spent.Client, spent.ByteSeconds) is not { } wait)
            return (null, spent);
        refusals.Count(AuditKind.RequestsLimited, caller);
        return (wait, null);
    }

    /// <summary>Takes back what was counted for a secret that was not stored.</summary>
    internal void Refund(Spent? spent)
    {
        if (spent is not null)
            _used.Refund(spent.Client, spent.ByteSeconds, spent.At);
    }

    /// <summary>What was counted for a secret.</summary>
    /// <param name="Client">For whom.</param>
    /// <param name="ByteSeconds">Bytes times lifetime.</param>
    /// <param name="At">When: a timestamp of the clock.</param>
    internal sealed record Spent(ClientAddress Client, long ByteSeconds, long At);
}

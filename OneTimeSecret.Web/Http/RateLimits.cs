using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>Rate limits of clients and accounts for creating, revealing, burning and signing in. Counts are in memory.</summary>
internal sealed class RateLimits(IOptions<LimitOptions> limits, RefusalBursts refusals, TimeProvider time)
{
    private readonly Dictionary<RateLimit, Counters> _counters = new()
    {
        [RateLimit.Creates] = new(limits.Value.Creates, limits.Value, time),
        [RateLimit.Reveals] = new(limits.Value.Reveals, limits.Value, time),
        [RateLimit.SignIns] = new(limits.Value.SignIns, limits.Value, time),
        [RateLimit.Burns] = new(limits.Value.Reveals, limits.Value, time),
    };

    /// <summary>Counts a request. Returns the time to wait if the limit is exceeded, otherwise null.</summary>
    public TimeSpan? Refuse(RateLimit limit, ClientAddress client, SignedIn? account)
    {
        if (!limits.Value.Enabled || limit == RateLimit.None)
            return null;
        var wait = Count(limit, client, account);
        if (wait is not null)
            refusals.Count(AuditKind.RequestsLimited, new Caller(client.Name, account));
        return wait;
    }

    private TimeSpan? Count(RateLimit limit, ClientAddress client, SignedIn? account)
    {
        var counters = _counters[limit];
        if (account is not null)
            return counters.Accounts.Refuse(account.Id.ToString(), OwnLimit(limit, account));
        // The /48 is counted first. Once it is exhausted, its many /64 prefixes use no more memory.
        return (client.Network is { } network ? counters.Networks.Refuse(network) : null) ?? counters.Clients.Refuse(client.Name);
    }

    /// <summary>The account's own limit for creating and revealing, which an administrator sets. Burning has no such limit.</summary>
    private static int? OwnLimit(RateLimit limit, SignedIn account) =>
        limit is RateLimit.Creates or RateLimit.Reveals ? account.RequestLimit : null;

    private sealed class Counters(int permits, LimitOptions options, TimeProvider time)
    {
        public WindowCounter Clients { get; } = new(permits, Window(options), time);

        public WindowCounter Networks { get; } = new((long)permits * options.NetworkFactor, Window(options), time);

        public WindowCounter Accounts { get; } = new((long)permits * options.AccountFactor, Window(options), time);

        private static TimeSpan Window(LimitOptions options) => TimeSpan.FromMinutes(options.WindowMinutes);
    }
}

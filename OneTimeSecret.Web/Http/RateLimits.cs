using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Rate limits of clients, networks and accounts for creating, revealing, burning, signing in and refused credentials. Requests of an
/// account count for its client and network too, with higher limits. Counts are in memory.
/// </summary>
internal sealed class RateLimits(IOptions<LimitOptions> limits, RefusalBursts refusals, TimeProvider time)
{
    private readonly Dictionary<RateLimit, Counters> _counters = new()
    {
        [RateLimit.Creates] = new(limits.Value.Creates, limits.Value, time),
        [RateLimit.Reveals] = new(limits.Value.Reveals, limits.Value, time),
        [RateLimit.SignIns] = new(limits.Value.SignIns, limits.Value, time),
        [RateLimit.Burns] = new(limits.Value.Reveals, limits.Value, time),
        [RateLimit.RefusedCredentials] = new(limits.Value.SignIns, limits.Value, time),
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
        if (account is null)
            return counters.Anonymous.Spend(client);
        var own = OwnLimit(limit, account);
        // An administrator who gives an account a limit of its own means it, wherever the account is used.
        return counters.Accounts.Spend(account.Id.ToString(), limit: own) ?? (own is null ? counters.SignedIn.Spend(client) : null);
    }

    /// <summary>The account's own limit for creating and revealing, which an administrator sets. Burning has no such limit.</summary>
    private static int? OwnLimit(RateLimit limit, SignedIn account) =>
        limit is RateLimit.Creates or RateLimit.Reveals ? account.RequestLimit : null;

    private sealed class Counters(int permits, LimitOptions options, TimeProvider time)
    {
        public ClientCounter Anonymous { get; } = new(permits, options.NetworkFactor, Window(options), time);

        public ClientCounter SignedIn { get; } =
            new((long)permits * options.AccountFactor * options.AccountsPerClient, options.NetworkFactor, Window(options), time);

        public WindowCounter Accounts { get; } = new((long)permits * options.AccountFactor, Window(options), time);
    }

    private static TimeSpan Window(LimitOptions options) => TimeSpan.FromMinutes(options.WindowMinutes);
}

using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Api.V1;

namespace OneTimeSecret.Web.Http;

/// <summary>How often clients and accounts may create and reveal (contract section 7). Counted in this process's memory.</summary>
internal sealed class RateLimits : IDisposable
{
    private readonly bool _enabled;
    private readonly TimeSpan _window;
    private readonly Dictionary<RateLimit, Counters> _counters;

    public RateLimits(IOptions<LimitOptions> limits)
    {
        var options = limits.Value;
        _enabled = options.Enabled;
        _window = TimeSpan.FromMinutes(options.WindowMinutes);
        _counters = new()
        {
            [RateLimit.Creates] = new(options.Creates, options, _window),
            [RateLimit.Reveals] = new(options.Reveals, options, _window),
        };
    }

    /// <summary>Counts a request, and says when to come back if it is one too many; null: go on.</summary>
    public TimeSpan? Refuse(RateLimit limit, ClientAddress client, SignedIn? account)
    {
        if (!_enabled || limit == RateLimit.None)
            return null;
        var counters = _counters[limit];
        if (account is not null)
            return Take(counters.Accounts, account.Id.ToString());
        return Take(counters.Clients, client.Name) ?? (client.Network is { } network ? Take(counters.Networks, network) : null);
    }

    public void Dispose()
    {
        foreach (var counters in _counters.Values)
        {
            counters.Clients.Dispose();
            counters.Networks.Dispose();
            counters.Accounts.Dispose();
        }
    }

    private TimeSpan? Take(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : _window;
    }

    private sealed class Counters(int permits, LimitOptions options, TimeSpan window)
    {
        public PartitionedRateLimiter<string> Clients { get; } = Limiter(permits, window);

        public PartitionedRateLimiter<string> Networks { get; } = Limiter(permits * options.NetworkFactor, window);

        public PartitionedRateLimiter<string> Accounts { get; } = Limiter(permits * options.AccountFactor, window);

        private static PartitionedRateLimiter<string> Limiter(int permits, TimeSpan window) =>
            PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(who, _ =>
                new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window }));
    }
}

using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Warns once when a peer sends X-Forwarded-For although no proxy is trusted. Either the header is forged, or the operator forgot to
/// configure a proxy, and then all clients share one address and its limits.
/// </summary>
internal sealed class UntrustedForwarding(RequestDelegate next, IOptions<SiteOptions> site, ILogger<UntrustedForwarding> log)
{
    private int _warned;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("X-Forwarded-For") && site.Value.TrustedProxies.Count == 0
            && Interlocked.Exchange(ref _warned, 1) == 0)
        {
            log.LogWarning(
                "{Peer} sent X-Forwarded-For, which is ignored. If that is your proxy, add its address to Site:TrustedProxies",
                context.Connection.RemoteIpAddress);
        }
        return next(context);
    }
}

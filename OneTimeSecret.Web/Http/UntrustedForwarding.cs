using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Warns, once, when a peer sends X-Forwarded-For while no proxy is trusted: either a forgery, or a proxy that somebody forgot to
/// configure, behind which all clients look like one.
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

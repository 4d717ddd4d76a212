using System.Collections.Concurrent;
using Microsoft.Extensions.Localization;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Refuses requests for hosts that are not allowed, because links contain the host. The answer says which settings to change, and never
/// repeats the host. Pages redirect to the public address where their cookies would be lost (<see cref="PublicOrigin.LosesCookies"/>).
/// The health endpoints answer for every host: load balancers and orchestrators ask by address, or without a host.
/// </summary>
internal sealed class HostFilter(
    RequestDelegate next, PublicOrigin origin, Surfaces surfaces, IStringLocalizer text, ILogger<HostFilter> log)
{
    /// <summary>How many refused hosts are logged. Scanners send many.</summary>
    private const int MostLogged = 20;

    /// <summary>The longest host name in bytes (RFC 1035, section 2.3.4).</summary>
    private const int LongestHost = 255;

    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.OrdinalIgnoreCase);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (Health.IsProbe(request))
            return next(context);
        if (!origin.Allows(request.Headers.Host.ToString()))
            return Refuse(context);
        // Not a POST: the form in it belongs to a page that this browser opened elsewhere.
        if (!(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            || !surfaces.Of(context).IsForPeople || !origin.LosesCookies(request))
            return next(context);
        context.Response.Redirect(origin.AddressOf(request), permanent: false, preserveMethod: true);
        return Task.CompletedTask;
    }

    private Task Refuse(HttpContext context)
    {
        var host = new HostString(context.Request.Headers.Host.ToString()).Host;
        host = host[..Math.Min(host.Length, LongestHost)];
        if (_logged.Count < MostLogged && _logged.TryAdd(host, true))
            log.LogWarning(
                "A request for the host '{Host}' was refused. If people use this name, set Site:PublicUrl or add it to Site:AllowedHosts",
                host);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(text["Host.Unknown"] + "\n", context.RequestAborted);
    }
}

using Microsoft.AspNetCore.Http.Features;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Lets circuits begin from our own pages only. Browsers let every site open a WebSocket to every other, cookies and all, and leave it to
/// the server to look at the origin.
/// </summary>
internal sealed class CircuitGate(RequestDelegate next, PublicOrigin origin, LivePages pages, IHostApplicationLifetime host)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(CircuitSetup.Path, StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }
        // As long as the connection lasts: each holds memory, like every page that is kept up to date.
        using var place = pages.Enter(ClientAddress.Of(context), context);
        if (place is not null && IsFromOwnPage(context.Request) && IsAdmitted(context) && (IsSocket(context) || !IsConnection(context)))
        {
            // A circuit never ends by itself. What its handlers have begun goes on; the page comes back when there is a server again.
            await using var end = host.ApplicationStopping.Register(context.Abort);
            await next(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await context.Response.CompleteAsync(); // no page: nobody would read it
    }

    private bool IsFromOwnPage(HttpRequest request) => request.Headers.Origin is [{ } sent] && origin.IsOwn(sent, request);

    /// <summary>What keeps a circuit going, and not one of the requests beside it.</summary>
    private static bool IsConnection(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(CircuitSetup.LeavePath, StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments(CircuitSetup.InitializersPath, StringComparison.Ordinal);

    /// <summary>
    /// Each message of another kind of connection would be a request of its own, from anywhere, and its place free in between
    /// (docs/adr/0008).
    /// </summary>
    private static bool IsSocket(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    /// <summary>Only who is signed in, and lacks nothing, has pages with a circuit.</summary>
    private static bool IsAdmitted(HttpContext context) => context.Session() is { LacksFactor: false };
}

using Microsoft.AspNetCore.Http.Features;
using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Http;
using OneTimeSecret.Web.Live;

namespace OneTimeSecret.Web.Circuits;

/// <summary>
/// Lets only our own pages start circuits. Browsers do not apply the same-origin policy to WebSockets and may send our cookies with them,
/// so the server must check the Origin header.
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
        // A circuit occupies one of the client's places for live pages while its connection lasts, because it uses memory.
        using var place = pages.Enter(context.Client(), context);
        if (place is not null && IsFromOwnPage(context.Request) && IsAdmitted(context) && (IsSocket(context) || !IsConnection(context)))
        {
            // A circuit never ends by itself, so a stopping server aborts it. Running handlers go on. The page reconnects later.
            await using var end = host.ApplicationStopping.Register(context.Abort);
            await next(context);
            return;
        }
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        await context.Response.CompleteAsync(); // without a page, because no person reads it
    }

    private bool IsFromOwnPage(HttpRequest request) => request.Headers.Origin is [{ } sent] && origin.IsOwn(sent, request);

    /// <summary>Whether the request is the connection of a circuit, not one of the auxiliary requests.</summary>
    private static bool IsConnection(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(CircuitSetup.LeavePath, StringComparison.Ordinal)
        && !context.Request.Path.StartsWithSegments(CircuitSetup.InitializersPath, StringComparison.Ordinal);

    /// <summary>
    /// Whether the connection is a WebSocket. With another transport each message would be a separate request from any client, and the
    /// place would be free in between (docs/adr/0008).
    /// </summary>
    private static bool IsSocket(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    /// <summary>Whether the user is signed in and lacks no second factor. Only such users see pages with a circuit.</summary>
    private static bool IsAdmitted(HttpContext context) => context.Session() is { LacksFactor: false };
}

using Microsoft.AspNetCore.StaticAssets;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Web.Branding;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Refuses all requests from blocked networks, before authentication. Static files are allowed, because the page of the refusal needs
/// them, and so are the health endpoints.
/// </summary>
internal sealed class BlockGate(RequestDelegate next, BlockedNetworks blocked, RefusalBursts refusals, Surfaces surfaces)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && blocked.Find(address) is { } block
            && !IsFile(context) && !Health.IsProbe(context.Request)
            ? Refuse(context, block)
            : next(context);

    private Task Refuse(HttpContext context, BlockedNetwork block)
    {
        // The whole network counts as one burst. A row for each of its addresses would flood the audit trail.
        refusals.Count(AuditKind.RequestsBlocked, new Caller(block.Network), block.Network);
        return surfaces.Of(context).Write(context, Problem.Blocked, TimeSpan.Zero);
    }

    /// <summary>Whether the request is for a static file, the logo or the colours, which are served from memory.</summary>
    public static bool IsFile(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || context.Request.Path.Value is BrandFiles.LogoPath or BrandFiles.StylePath;
}

using Microsoft.AspNetCore.StaticAssets;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Networks;
using OneTimeSecret.Web.Branding;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Refuses all requests of blocked networks, before anybody asks who sent them. The files that the page of the refusal is made of are for
/// everybody.
/// </summary>
internal sealed class BlockGate(RequestDelegate next, BlockedNetworks blocked, RefusalBursts refusals, Surfaces surfaces)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && blocked.Find(address) is { } block && !IsFile(context)
            ? Refuse(context, block)
            : next(context);

    private Task Refuse(HttpContext context, BlockedNetwork block)
    {
        // All of the network is one burst: it has more addresses than the trail should have rows.
        refusals.Count(AuditKind.RequestsBlocked, new Caller(block.Network), block.Network);
        return surfaces.Of(context).Write(context, Problem.Blocked, TimeSpan.Zero);
    }

    private static bool IsFile(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null
        || context.Request.Path.Value is BrandFiles.LogoPath or BrandFiles.StylePath;
}

using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor.Services;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Circuits;

/// <summary>Circuits of Blazor Server (docs/adr/0008).</summary>
internal static class CircuitSetup
{
    /// <summary>Below it lies all that keeps a circuit going.</summary>
    public const string Path = "/_blazor";

    /// <summary>Where a page says that it is left.</summary>
    public const string LeavePath = Path + "/disconnect";

    /// <summary>Where Blazor's script asks what else is to be loaded.</summary>
    public const string InitializersPath = Path + "/initializers";

    /// <summary>The grid writes empty <c>style</c> attributes. This is the hash of an empty one; no other is allowed.</summary>
    private const string EmptyStyleAttributes = ";style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

    /// <summary>Lets pages have circuits, and the grid in them.</summary>
    public static IServiceCollection AddCircuits(this IRazorComponentsBuilder components)
    {
        // A circuit that is gone is not made again from what was kept of it: its page is loaded anew, and its address says what it shows.
        components.AddInteractiveServerComponents(circuits => circuits.PersistedCircuitInMemoryMaxRetained = 0);
        components.Services.AddScoped<CircuitSession>();
        components.Services.AddScoped<CircuitHandler, SessionWatch>();
        return components.Services.AddMudServices();
    }

    /// <summary>
    /// What Blazor sends when a page is left has an address relative to that page: it is taken wherever the page lies. It still goes
    /// through <see cref="CircuitGate"/>.
    /// </summary>
    public static void UseRelativeCircuitPaths(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { } path && path.EndsWith(LeavePath, StringComparison.Ordinal))
            context.Request.Path = LeavePath;
        return next(context);
    });

    /// <summary>Maps all pages, and the connection of those that have a circuit.</summary>
    public static void MapComponents<TRoot>(this WebApplication app) =>
        app.MapRazorComponents<TRoot>()
            .AddInteractiveServerRenderMode(circuits =>
            {
                // Ours forbids frames altogether, and a second header would only make two to read.
                circuits.ContentSecurityFrameAncestorsPolicy = null;
                // As for pages: what is secret here stands beside what others may choose.
                circuits.DisableWebSocketCompression = true;
            })
            .Add(endpoint =>
            {
                // The framework lets pages answer GET and POST; HEAD is GET without a body (RFC 9110 section 9.3.2). A connection is left
                // alone: over HTTP/2 it begins with CONNECT.
                if (endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
                    endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head, HttpMethods.Post]));
                if (endpoint.Metadata.OfType<CircuitAttribute>().Any())
                    endpoint.Metadata.Add(new ContentPolicyAttribute(ResponseHeaders.ContentSecurityPolicy + EmptyStyleAttributes));
            });
}

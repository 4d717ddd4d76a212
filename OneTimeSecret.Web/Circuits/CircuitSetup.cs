using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Components.Server.Circuits;
using MudBlazor.Services;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Circuits;

/// <summary>Configures circuits of Blazor Server (docs/adr/0008).</summary>
internal static class CircuitSetup
{
    /// <summary>The path prefix of all requests of circuits.</summary>
    public const string Path = "/_blazor";

    /// <summary>The path to which a page reports that the user leaves it.</summary>
    public const string LeavePath = Path + "/disconnect";

    /// <summary>The path from which Blazor's script gets the list of JavaScript initializers.</summary>
    public const string InitializersPath = Path + "/initializers";

    /// <summary>The grid writes empty <c>style</c> attributes. This hash allows empty ones and no others.</summary>
    private const string EmptyStyleAttributes = ";style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

    /// <summary>Registers circuits and the services of the MudBlazor grid.</summary>
    public static IServiceCollection AddCircuits(this IRazorComponentsBuilder components)
    {
        // An evicted circuit is not restored from persisted state. Its page is reloaded instead, and the address contains what it shows.
        components.AddInteractiveServerComponents(circuits => circuits.PersistedCircuitInMemoryMaxRetained = 0);
        components.Services.AddScoped<CircuitSession>();
        components.Services.AddScoped<CircuitHandler, SessionWatch>();
        return components.Services.AddMudServices();
    }

    /// <summary>
    /// When a page is left, Blazor's script posts to an address relative to that page. This step rewrites every such path to
    /// <see cref="LeavePath"/>. The request still passes <see cref="CircuitGate"/>.
    /// </summary>
    public static void UseRelativeCircuitPaths(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path.Value is { } path && path.EndsWith(LeavePath, StringComparison.Ordinal))
            context.Request.Path = LeavePath;
        return next(context);
    });

    /// <summary>Maps all pages and the endpoints of circuits.</summary>
    public static void MapComponents<TRoot>(this WebApplication app) =>
        app.MapRazorComponents<TRoot>()
            .AddInteractiveServerRenderMode(circuits =>
            {
                // Our own policy forbids frames already. Blazor would add a second policy header.
                circuits.ContentSecurityFrameAncestorsPolicy = null;
                // As for pages: messages mix secret text with text that others choose, so compression could leak secrets (BREACH).
                circuits.DisableWebSocketCompression = true;
            })
            .Add(endpoint =>
            {
                // The framework maps pages for GET and POST. HEAD is GET without a body (RFC 9110 section 9.3.2). The endpoint of
                // connections is not changed, because over HTTP/2 a WebSocket begins with CONNECT.
                if (endpoint.Metadata.OfType<ComponentTypeMetadata>().Any())
                    endpoint.Metadata.Add(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head, HttpMethods.Post]));
                if (endpoint.Metadata.OfType<CircuitAttribute>().Any())
                    endpoint.Metadata.Add(new ContentPolicyAttribute(ResponseHeaders.ContentSecurityPolicy + EmptyStyleAttributes));
            });
}

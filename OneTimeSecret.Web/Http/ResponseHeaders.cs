using Microsoft.Extensions.Primitives;
using OneTimeSecret.Web.Circuits;

namespace OneTimeSecret.Web.Http;

/// <summary>Headers that every answer carries, faults included. What takes or shows a key is never kept by anybody.</summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    private const string ContentSecurityPolicy =
        "default-src 'none';" +
        "style-src 'self';" +
        "script-src 'self';" +
        "connect-src 'self';" +
        "img-src 'self';" +
        "form-action 'self';" +
        "base-uri 'none';" +
        "frame-ancestors 'none'";

    /// <summary>The grid writes the attribute <c>style</c> wherever it has nothing to say by it; this is the hash of nothing.</summary>
    private const string EmptyStyleAttributes = ";style-src-attr 'unsafe-hashes' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["x-request-id"] = context.TraceIdentifier;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy = Policy(context.GetEndpoint()?.Metadata);
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (context.GetEndpoint()?.Metadata.GetMetadata<ListedAttribute>() is null)
                headers["X-Robots-Tag"] = "noindex, nofollow";
            // Static files name their own time; everything else shows or takes keys, tokens or texts of one person.
            if (StringValues.IsNullOrEmpty(headers.ETag))
                headers.CacheControl = context.GetEndpoint()?.Metadata.GetMetadata<ShowsSecretAttribute>() is null
                    ? "no-store"
                    : "no-store, no-transform";
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static string Policy(EndpointMetadataCollection? page) =>
        page?.GetMetadata<ContentPolicyAttribute>() is { } own ? own.Policy
        : page?.GetMetadata<CircuitAttribute>() is not null ? ContentSecurityPolicy + EmptyStyleAttributes
        : ContentSecurityPolicy;
}

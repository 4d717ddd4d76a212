using Microsoft.Extensions.Primitives;

namespace OneTimeSecret.Web.Http;

/// <summary>Adds security headers to every answer, including errors, and forbids caches to store answers.</summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    /// <summary>The default content security policy. An endpoint can replace it by <see cref="ContentPolicyAttribute"/>.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'none';" +
        "style-src 'self';" +
        "script-src 'self';" +
        "connect-src 'self';" +
        "img-src 'self';" +
        "form-action 'self';" +
        "base-uri 'none';" +
        "frame-ancestors 'none'";

    /// <summary>
    /// Denies every feature of browsers that no page uses, so that an injected script cannot use it either. Pages may write the clipboard
    /// (copy buttons) and use passkeys. Browsers complain about names that they do not know, so only such as Chromium knows are here.
    /// </summary>
    public const string PermissionsPolicy =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
        + "geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), payment=(), "
        + "picture-in-picture=(), screen-wake-lock=(), serial=(), storage-access=(), usb=(), xr-spatial-tracking=(), "
        + "clipboard-write=(self), publickey-credentials-create=(self), publickey-credentials-get=(self)";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["x-request-id"] = context.TraceIdentifier;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.ContentSecurityPolicy =
                context.GetEndpoint()?.Metadata.GetMetadata<ContentPolicyAttribute>()?.Policy ?? ContentSecurityPolicy;
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            // Browsers let no page of another origin load anything from here. Programs ignore this.
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Permissions-Policy"] = PermissionsPolicy;
            if (context.GetEndpoint()?.Metadata.GetMetadata<ListedAttribute>() is null)
                headers["X-Robots-Tag"] = "noindex, nofollow";
            // Static files have an ETag and their own cache time. All other answers may concern keys, tokens or personal texts.
            if (StringValues.IsNullOrEmpty(headers.ETag))
                headers.CacheControl = context.GetEndpoint()?.Metadata.GetMetadata<ShowsSecretAttribute>() is null
                    ? "no-store"
                    : "no-store, no-transform";
            return Task.CompletedTask;
        });
        return next(context);
    }
}

using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>Configures the handling of requests before any page or controller: cookies, proxies, compression.</summary>
internal static class HttpSetup
{
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.AddStaticFiles();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddSingleton<Surfaces>();
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<Faults>());
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true; // only for pages with CompressedAttribute
            compression.MimeTypes = ["text/html"];
        });
        builder.Services.AddSingleton<PublicOrigin>();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        builder.Services.AddOptions<AntiforgeryOptions>().Configure<PublicOrigin>((antiforgery, origin) =>
        {
            antiforgery.Cookie.Name = origin.CookieName("form");
            antiforgery.Cookie.Path = "/"; // not the path base of the dashboard: `__Host-` requires the path /
            // Lax, like the session cookie. Browsers omit a strict cookie when the user follows a link from another site. The page would
            // then set a new cookie, which makes all open forms invalid. Posts from other sites carry neither kind.
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = origin.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        // The framework's own filter runs before all middleware and has no exceptions. It lets everything through to HostFilter.
        builder.Services.Configure<HostFilteringOptions>(filter => filter.AllowedHosts = ["*"]);
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<SiteOptions>>((forwarded, site) =>
        {
            // Without a trusted proxy the headers are ignored. The framework treats an empty list as "trust all", and an environment
            // variable (ASPNETCORE_FORWARDEDHEADERS_ENABLED) can enable its middleware.
            forwarded.ForwardedHeaders = site.Value.TrustedProxies.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in site.Value.TrustedProxies)
                forwarded.KnownIPNetworks.Add(NetworkText.Parse(proxy)!.Value);
        });
    }

    private static void AddStaticFiles(this WebApplicationBuilder builder)
    {
        // Without this call, a build (not a published program) serves empty static files outside the Development environment.
        builder.WebHost.UseStaticWebAssets();
        // By default a build sends the source files of static assets, hardly compressed, so that changes show at once. That is three
        // times the bytes. The framework has no documented switch for this, but it reads this setting.
        if (!builder.Environment.IsDevelopment())
            builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", bool.FalseString);
    }

    /// <summary>Adds the middleware that runs for every request.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<UntrustedForwarding>();
        if (app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        app.UseMiddleware<ResponseHeaders>();
        app.UseReaderCulture(); // before the exception handler, whose pages are localized too
        app.UseMiddleware<HostFilter>(); // before everything that uses the host, and before the scheme is replaced
        // With an https address, users reach the server by TLS, even if a proxy terminates it. Cookies and links depend on the scheme.
        if (app.Services.GetRequiredService<PublicOrigin>().IsSecure)
            app.Use((context, next) =>
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
                return next(context);
            });
        app.UseHsts();
        app.UseExceptionHandler(_ => { });
        app.UseMiddleware<ProblemPages>();
    }

    /// <summary>Adds routing, the refusal of blocked networks, and compression.</summary>
    public static void UseRoutes(this WebApplication app)
    {
        app.UseRouting();
        app.UseMiddleware<BlockGate>();
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<CompressedAttribute>() is not null,
            page => page.UseResponseCompression());
    }

    /// <summary>Adds the check of antiforgery tokens. Some forms with an invalid token are shown again.</summary>
    public static void UseForms(this WebApplication app)
    {
        app.UseAntiforgery();
        app.UseMiddleware<StaleForms>();
    }
}

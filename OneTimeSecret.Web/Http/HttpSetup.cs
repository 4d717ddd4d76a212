using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Core.Secrets;

namespace OneTimeSecret.Web.Http;

/// <summary>How requests are taken in before any page or controller sees them.</summary>
internal static class HttpSetup
{
    /// <summary>Old clients send everything in the query string; a secret of 10 000 bytes is up to 30 000 characters there.</summary>
    private const int RequestLineLength = 64 * 1024;

    /// <summary>Above what the API reads (it says itself what is too large); nothing the product takes comes near it.</summary>
    private const int BodyLength = 8 * 1024 * 1024;

    /// <summary>What a page's form may hold besides the largest secret, of which percent-encoding makes three bytes of one.</summary>
    private const int FormOverhead = 64 * 1024;

    /// <summary>More than most secrets that are too large: they come back to be shortened, and are not lost.</summary>
    private const int LeastFormLength = 512 * 1024;

    public static void AddHttp(this WebApplicationBuilder builder)
    {
        builder.AddStaticFiles();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = RequestLineLength;
            kestrel.Limits.MaxRequestBodySize = BodyLength;
        });
        builder.Services.AddLastSeconds();
        // The framework's form reader (pages only) would write larger parts to temporary files; here they are refused before that.
        builder.Services.AddOptions<FormOptions>().Configure<IOptions<SecretOptions>>((form, secrets) =>
        {
            var length = Math.Max(LeastFormLength, (3 * secrets.Value.MaxBytes) + FormOverhead);
            form.MultipartBodyLengthLimit = length;
            form.MemoryBufferThreshold = length + 1;
            form.BufferBodyLengthLimit = length;
            form.ValueLengthLimit = length;
            form.ValueCountLimit = 64;
        });
        builder.Services.AddSingleton<Surfaces>();
        builder.Services.AddSingleton<Faults>();
        builder.Services.AddSingleton<IExceptionHandler>(provider => provider.GetRequiredService<Faults>());
        builder.Services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true; // of CompressedAttribute's pages only
            compression.MimeTypes = ["text/html"];
        });
        builder.Services.AddSingleton<PublicOrigin>();
        builder.Services.AddSingleton<RateLimits>();
        builder.Services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        builder.Services.AddOptions<AntiforgeryOptions>().Configure<PublicOrigin>((antiforgery, origin) =>
        {
            antiforgery.Cookie.Name = origin.CookieName("form");
            antiforgery.Cookie.Path = "/"; // not a mounted page's own path base: with `__Host-` browsers would drop it
            // As sessions. A strict one stays away when a link of another site is followed, so that the page gives a new one, and every
            // form that is open already loses the one that it needs. Posts of other sites carry neither.
            antiforgery.Cookie.SameSite = SameSiteMode.Lax;
            antiforgery.Cookie.SecurePolicy = origin.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        builder.Services.AddOptions<HostFilteringOptions>().Configure<PublicOrigin>((filter, origin) =>
        {
            filter.AllowedHosts = origin.AllowedHosts;
            filter.AllowEmptyHosts = false; // a link needs one
        });
        builder.Services.AddOptions<ForwardedHeadersOptions>().Configure<IOptions<SiteOptions>>((forwarded, site) =>
        {
            // None without a trusted proxy: the framework takes an empty list for "trust all", and an environment variable of its own
            // switches its reading on.
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
        // Without it a build (not a published program) serves empty static files outside the Development environment.
        builder.WebHost.UseStaticWebAssets();
        // A build would send the sources of static files, hardly compressed, so that changes show at once: three times the bytes. The
        // framework has no documented switch for that; this setting is the one that it reads.
        if (!builder.Environment.IsDevelopment())
            builder.WebHost.UseSetting("ReloadStaticAssetsAtRuntime", bool.FalseString);
    }

    /// <summary>What happens to every request and answer, whatever it is for.</summary>
    public static void UseHttp(this WebApplication app)
    {
        app.UseMiddleware<RequestLog>();
        app.UseMiddleware<UntrustedForwarding>();
        if (app.Services.GetRequiredService<IOptions<SiteOptions>>().Value.TrustedProxies.Count > 0)
            app.UseForwardedHeaders();
        // People come by TLS, wherever it ends: cookies and links are made for that.
        if (app.Services.GetRequiredService<PublicOrigin>().IsSecure)
            app.Use((context, next) =>
            {
                context.Request.Scheme = Uri.UriSchemeHttps;
                return next(context);
            });
        app.UseHsts();
        app.UseMiddleware<ResponseHeaders>();
        app.UseReaderCulture(); // before the handler, whose pages speak the reader's language too
        app.UseExceptionHandler(_ => { });
        app.UseMiddleware<ProblemPages>();
    }

    /// <summary>Finds what a request is for, and lets it through if its network is not blocked.</summary>
    public static void UseRoutes(this WebApplication app)
    {
        app.UseRouting();
        app.UseMiddleware<BlockGate>();
        app.UseWhen(
            context => context.GetEndpoint()?.Metadata.GetMetadata<CompressedAttribute>() is not null,
            page => page.UseResponseCompression());
    }

    /// <summary>Refuses forms without the page's token, or gives them back.</summary>
    public static void UseForms(this WebApplication app)
    {
        app.UseAntiforgery();
        app.UseMiddleware<StaleForms>();
    }
}

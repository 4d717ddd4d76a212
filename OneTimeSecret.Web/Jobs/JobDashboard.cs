using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Antiforgery;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Hangfire's own pages about what it does, as a part of the console. They only show: a job is started on the console's page of jobs, where
/// the audit trail learns of it. The console's gate decides who sees them, since a filter of Hangfire's could only answer 401 or 403.
/// </summary>
internal static class JobDashboard
{
    public const string Path = AdminPaths.Jobs + "/dashboard";

    /// <summary>What its pages post to for figures that change. All its other posts are commands.</summary>
    private const string Figures = "/stats";

    /// <summary>The style element that its charts write into the page, by the hash of its text; no other is applied.</summary>
    private const string ChartStyles = "'sha256-z7zcnw/4WalZqx+PrNaRnoeLz/G9WXuFqV1WCJ129sg='";

    private const string Policy =
        "default-src 'none';" +
        "style-src 'self' " + ChartStyles + ";" +
        "style-src-attr 'unsafe-inline';" +
        "script-src 'self';" +
        "connect-src 'self';" +
        "img-src 'self' data:;" +
        "font-src 'self';" +
        "form-action 'self';" +
        "base-uri 'none';" +
        "frame-ancestors 'none'";

    public static void MapJobDashboard(this IEndpointRouteBuilder routes)
    {
        // Verbs, and most servers of tests, never show it: Hangfire's store, which is a thread, is made when somebody looks.
        var pages = new Lazy<RequestDelegate>(() => Pages(routes));
        RequestDelegate show = context => pages.Value(context);
        routes.MapMethods(Path + "/{**rest}", [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post], show)
            .WithMetadata(new AdminAttribute { Proof = true }, new RequireAntiforgeryTokenAttribute(), new ContentPolicyAttribute(Policy))
            .ExcludeFromDescription();
    }

    private static RequestDelegate Pages(IEndpointRouteBuilder routes)
    {
        var options = new DashboardOptions
        {
            Authorization = [],
            AsyncAuthorization = [],
            IsReadOnlyFunc = _ => true,
            AppPath = AdminPaths.Jobs,
            DisplayStorageConnectionString = false,
            FaviconPath = "/favicon.svg",
        };
        var services = routes.ServiceProvider;
        return routes.CreateApplicationBuilder()
            .Use(Refuse)
            .UsePathBase(Path)
            .UseMiddleware<AspNetCoreDashboardMiddleware>(
                services.GetRequiredService<JobStorage>(), options, services.GetRequiredService<Hangfire.Dashboard.RouteCollection>(), true)
            .Build();
    }

    /// <summary>Refuses posts without the page's token, as everywhere, and then all those that would change something.</summary>
    private static Task Refuse(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false })
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
        else if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path != Path + Figures)
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        else
            return next(context);
        return Task.CompletedTask;
    }
}

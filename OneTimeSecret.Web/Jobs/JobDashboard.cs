using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Antiforgery;
using OneTimeSecret.Web.Administration;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Jobs;

/// <summary>
/// Hangfire's dashboard as a part of the console. It is read-only. Jobs are started on the console's page of jobs, which records the act
/// in the audit trail. <see cref="AdminGate"/> decides who sees the dashboard, because Hangfire's own filters could not answer 404.
/// </summary>
internal static class JobDashboard
{
    public const string Path = AdminPaths.Jobs + "/dashboard";

    /// <summary>The path to which the dashboard's pages post to poll figures. All other posts are commands.</summary>
    private const string Figures = "/stats";

    /// <summary>The hash of the style element that the charts add to the page. The policy allows no other style element.</summary>
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
        // Verbs and most test servers never show the dashboard. It is built on first use, because Hangfire's store starts a thread.
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

    /// <summary>Refuses posts without a valid antiforgery token, and posts that would change something.</summary>
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

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Shows an error page for error statuses without a body, such as an unknown route or a form without a token. (The framework's status
/// code pages would also replace our own pages with such a status.)
/// </summary>
internal sealed class ProblemPages(RequestDelegate next, Surfaces surfaces)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400 } && surfaces.Of(context) is { IsForPeople: true } surface)
            await surface.Write(context, Problems.OfStatus(response.StatusCode), TimeSpan.Zero);
    }
}

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Gives a page to refusals that have none: no such route, a form without its token. (The framework's own status pages would also
/// take the place of pages that say themselves what is not found.)
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

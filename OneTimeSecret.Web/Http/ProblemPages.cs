using OneTimeSecret.Web.Api.V1;
using OneTimeSecret.Web.Components;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Gives a page to refusals that have none: no such route, a form without its token. (The framework's own status pages would also
/// take the place of pages that say themselves what is not found.)
/// </summary>
internal sealed class ProblemPages(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400 } && !ApiV1Setup.IsApi(context))
            await ProblemPage.Write(context, Problems.OfStatus(response.StatusCode));
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Signs out. The layout of every page contains a form for this endpoint, so there is no page for it.</summary>
internal static class SignOutRequests
{
    public const string Path = "/logout";

    // The form parameter makes the framework require an antiforgery token.
    public static void MapSignOut(this IEndpointRouteBuilder routes) => routes.MapPost(Path, Take).ExcludeFromDescription();

    private static async Task<RedirectHttpResult> Take([FromForm] IFormCollection form, HttpContext context, SignInSteps steps)
    {
        await steps.SignOut(context);
        return TypedResults.LocalRedirect("/");
    }
}

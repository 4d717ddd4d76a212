using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Signs out. A form of its own in the frame of every page, so it is no page.</summary>
internal static class SignOutRequests
{
    public const string Path = "/logout";

    // The form is asked for so that its antiforgery token is.
    public static void MapSignOut(this IEndpointRouteBuilder routes) => routes.MapPost(Path, Take).ExcludeFromDescription();

    private static async Task<RedirectHttpResult> Take([FromForm] IFormCollection form, HttpContext context, SignInSteps steps)
    {
        await steps.SignOut(context);
        return TypedResults.LocalRedirect("/");
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// Handles posts to the opt-out page. They come from its form, or from a mail provider when a person presses "unsubscribe" there
/// (RFC 8058). A provider sends no cookie and no antiforgery token. The token in the address authorizes the post instead.
/// </summary>
internal static class OptOutRequests
{
    /// <summary>For a POST, this endpoint takes precedence over the page at the same address.</summary>
    private const int BeforePages = -1;

    public static void MapOptOutRequests(this IEndpointRouteBuilder routes) =>
        routes.MapPost(OptOutPage.Route, Take).DisableAntiforgery().ExcludeFromDescription().WithOrder(BeforePages);

    private static async Task<Results<NotFound, Ok, RedirectHttpResult>> Take(
        string token, IFormCollection form, OptOutOfMail optOut, CancellationToken cancellation)
    {
        if (!await optOut.Run(token, isOut: form[OptOutPage.Wish] != OptOutPage.AllowAgain, cancellation))
            return TypedResults.NotFound();
        // RFC 8058 section 3.1 forbids a redirect for providers. A browser is redirected, so that a reload does not post again.
        return form["List-Unsubscribe"] == "One-Click" ? TypedResults.Ok() : TypedResults.LocalRedirect(OptOutPage.Path(token));
    }
}

using Microsoft.AspNetCore.Http.HttpResults;
using OneTimeSecret.Core.Outbox;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// Takes what is posted to the page of an opt-out: by its form, or by a mail provider when somebody presses "unsubscribe" there
/// (RFC 8058), which has no page, no cookie and no form token. The token in the address is the right to do it, so none is asked for.
/// </summary>
internal static class OptOutRequests
{
    /// <summary>Goes before the page, which answers GET at the same address.</summary>
    private const int BeforePages = -1;

    public static void MapOptOutRequests(this IEndpointRouteBuilder routes) =>
        routes.MapPost(OptOutPage.Route, Take).DisableAntiforgery().ExcludeFromDescription().WithOrder(BeforePages);

    private static async Task<Results<NotFound, Ok, RedirectHttpResult>> Take(
        string token, IFormCollection form, OptOutOfMail optOut, CancellationToken cancellation)
    {
        if (!await optOut.Run(token, isOut: form[OptOutPage.Wish] != OptOutPage.AllowAgain, cancellation))
            return TypedResults.NotFound();
        // A provider must not be redirected (RFC 8058 section 3.1); a browser is, so that a reload posts nothing.
        return form["List-Unsubscribe"] == "One-Click" ? TypedResults.Ok() : TypedResults.LocalRedirect(OptOutPage.Path(token));
    }
}

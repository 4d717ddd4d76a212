using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Hands the questions for passkeys to the script of <c>PasskeyForm</c>; the answers come by the pages' own forms.</summary>
internal static class PasskeyRequests
{
    public const string Path = "/signin/passkey";

    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyStates>();
        services.AddScoped<PasskeyCeremony>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicOrigin, IOptions<SiteOptions>>((passkeys, origin, site) =>
        {
            passkeys.ServerDomain = site.Value.PublicHost(); // null: the request's, which the host filter has let pass
            passkeys.ValidateOrigin = context => ValueTask.FromResult(
                !context.CrossOrigin && origin.IsOwn(context.Origin, context.HttpContext.Request));
            // It stands for the password and the second factor, so it is no matter of having the device alone.
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required"; // whoever signs in with it types no address
            passkeys.AttestationConveyancePreference = "none";
        });
    }

    // The form is asked for so that its antiforgery token is.
    public static void MapPasskeys(this IEndpointRouteBuilder routes) => routes.MapPost(Path, Ask).ExcludeFromDescription();

    /// <summary>Without an answer for whoever may not ask (any more): the page itself says what is to be done.</summary>
    private static async Task<Results<JsonHttpResult<PasskeyQuestion>, NoContent>> Ask(
        [FromForm] IFormCollection form, HttpContext context, PasskeyCeremony ceremony) =>
        Enum.TryParse<PasskeyUse>(form["use"], out var use) && await ceremony.Ask(context, use) is { } question
            ? TypedResults.Json(question)
            : TypedResults.NoContent();
}

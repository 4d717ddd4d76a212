using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>Sends passkey challenges to the script of <c>PasskeyForm</c>. The responses arrive in forms of the pages.</summary>
internal static class PasskeyRequests
{
    public const string Path = "/signin/passkey";

    public static void AddPasskeys(this IServiceCollection services)
    {
        services.AddSingleton<PasskeyStates>();
        services.AddScoped<PasskeyCeremony>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<PublicOrigin, IOptions<SiteOptions>>((passkeys, origin, site) =>
        {
            passkeys.ServerDomain = site.Value.PublicHost(); // null means the request's host, which the host filter has checked
            passkeys.ValidateOrigin = context => ValueTask.FromResult(
                !context.CrossOrigin && origin.IsOwn(context.Origin, context.HttpContext.Request));
            // A passkey replaces password and second factor, so possession of the device alone must not suffice.
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required"; // so that users sign in without typing an address
            passkeys.AttestationConveyancePreference = "none";
        });
    }

    // The form parameter makes the framework require an antiforgery token.
    public static void MapPasskeys(this IEndpointRouteBuilder routes) => routes.MapPost(Path, Ask).ExcludeFromDescription();

    /// <summary>Answers 204 if the challenge is not allowed. The page then says what to do.</summary>
    private static async Task<Results<JsonHttpResult<PasskeyQuestion>, NoContent>> Ask(
        [FromForm] IFormCollection form, HttpContext context, PasskeyCeremony ceremony) =>
        Enum.TryParse<PasskeyUse>(form["use"], out var use) && await ceremony.Ask(context, use) is { } question
            ? TypedResults.Json(question)
            : TypedResults.NoContent();
}

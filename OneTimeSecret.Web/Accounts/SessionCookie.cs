using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.StaticAssets;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The cookie of a signed-in user. It contains the ids of the account and the session. Every request verifies them against the database
/// (<see cref="VerifySession"/>), so the cookie alone grants nothing. The API ignores cookies.
/// </summary>
internal static class SessionCookie
{
    /// <summary>The claim with the session's id.</summary>
    private const string SessionClaim = "session";

    /// <summary>The query parameter with the page to return to.</summary>
    public const string BackParameter = "back";

    public static void AddSessionCookie(this IServiceCollection services)
    {
        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.ApplicationScheme)
            .AddCookie(IdentityConstants.TwoFactorUserIdScheme, cookie =>
            {
                cookie.ExpireTimeSpan = TimeSpan.FromMinutes(10);
                cookie.SlidingExpiration = false;
            });
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme)
            .Configure<PublicOrigin>((cookie, origin) =>
            {
                Harden(cookie, origin, "session");
                cookie.SlidingExpiration = false;
                cookie.ExpireTimeSpan = TimeSpan.FromDays(366); // the session's row expires long before
                cookie.Events.OnValidatePrincipal = Verify;
                cookie.Events.OnRedirectToLogin = context =>
                {
                    context.Response.Redirect(WithBack(AccountPaths.SignIn, context.Request));
                    return Task.CompletedTask;
                };
            });
        services.AddOptions<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme)
            .Configure<PublicOrigin>((cookie, origin) => Harden(cookie, origin, "step"));
        services.AddAuthorization();
    }

    /// <summary>The open session of a request. Null if nobody is signed in.</summary>
    public static OpenedSession? Session(this HttpContext context) => context.Features.Get<OpenedSession>();

    /// <summary>The principal of a session. Antiforgery tokens and circuits take the account from it.</summary>
    public static ClaimsPrincipal Principal(Guid accountId, string sessionId) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.NameIdentifier, accountId.ToString()), new Claim(SessionClaim, sessionId)],
        IdentityConstants.ApplicationScheme));

    /// <summary>The open session of a cookie's principal. Null if it has ended.</summary>
    public static async Task<OpenedSession?> Of(this VerifySession sessions, ClaimsPrincipal? principal, CancellationToken cancellation) =>
        Guid.TryParse(principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var account)
        && principal!.FindFirstValue(SessionClaim) is { } id
            ? await sessions.Run(account, id, cancellation)
            : null;

    /// <summary>An address that leads back to the requested page. This works for posts too, because such pages also answer GET.</summary>
    public static string WithBack(string path, HttpRequest request) =>
        path + QueryString.Create(BackParameter, request.Path + request.QueryString);

    /// <summary>Whether the request's session is read. Static files and surfaces for programs ignore sessions.</summary>
    private static bool HasSessions(HttpContext context) =>
        context.RequestServices.GetRequiredService<Surfaces>().Of(context).IsForPeople
        && context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is null;

    private static async Task Verify(CookieValidatePrincipalContext context)
    {
        if (!HasSessions(context.HttpContext))
        {
            context.RejectPrincipal();
            return;
        }
        var sessions = context.HttpContext.RequestServices.GetRequiredService<VerifySession>();
        if (await sessions.Of(context.Principal, context.HttpContext.RequestAborted) is { } session)
        {
            context.HttpContext.Features.Set(session);
            context.Principal!.AddIdentity(ClientClaim.Of(context.HttpContext));
            return;
        }
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>SameSite is Lax, so that a user who follows a link in a mail is signed in. Changes need an antiforgery token.</summary>
    private static void Harden(CookieAuthenticationOptions cookie, PublicOrigin origin, string name)
    {
        cookie.Cookie.Name = origin.CookieName(name);
        cookie.Cookie.SecurePolicy = origin.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.Cookie.HttpOnly = true;
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.Path = "/";
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The way from a proof to a session: after the right password either the session opens, or a short-lived cookie remembers who still
/// owes the second factor.
/// </summary>
internal sealed class SignInSteps(
    OpenSession open, Sessions sessions, SignInFactors factors, DeviceCookie devices, IStringLocalizer text)
{
    private const string StaysClaim = "stays";

    /// <summary>Goes on after the right password.</summary>
    /// <returns>The path of the next page.</returns>
    public async Task<string> AfterPassword(HttpContext context, Guid accountId, bool stays, string back)
    {
        if (!await factors.AreAsked(accountId, context.RequestAborted))
            return await Finish(context, accountId, stays, back);
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, accountId.ToString()), new Claim(StaysClaim, stays.ToString())],
            IdentityConstants.TwoFactorUserIdScheme);
        await context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(identity));
        return $"/signin/code{QueryString.Create(SessionCookie.BackParameter, back)}";
    }

    /// <summary>Who has given the right password and owes the second factor; null: nobody.</summary>
    public static async Task<(Guid AccountId, bool Stays)?> Pending(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);
        return Guid.TryParse(ticket.Principal?.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
            ? (id, bool.TryParse(ticket.Principal?.FindFirstValue(StaysClaim), out var stays) && stays)
            : null;
    }

    /// <summary>Opens the session of somebody who has proved who he is by all that his account asks for.</summary>
    /// <returns>The path of the next page.</returns>
    public async Task<string> Finish(HttpContext context, Guid accountId, bool stays, string back)
    {
        var browser = Browser(context);
        var isNew = devices.Remember(context, accountId);
        var notice = isNew ? new AccountNotice(AccountEvent.NewSignIn, browser, ClientAddress.Of(context).Name) : null;
        await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        if (context.Session() is { } old)
            await sessions.End(old.Account.Id, old.Hash, context.RequestAborted);
        if (await open.Run(accountId, browser, stays, notice, context.RequestAborted) is not { } id)
            return SessionCookie.SignInPath;
        await context.SignInAsync(
            IdentityConstants.ApplicationScheme, SessionCookie.Principal(accountId, id),
            new AuthenticationProperties { IsPersistent = stays });
        return back;
    }

    /// <summary>Ends the session of a request.</summary>
    public async Task SignOut(HttpContext context)
    {
        if (context.Session() is { } session)
            await sessions.End(session.Account.Id, session.Hash, context.RequestAborted);
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    /// <summary>The browser of a request in words.</summary>
    public string Browser(HttpContext context) => BrowserName.Of(context.Request, text);
}

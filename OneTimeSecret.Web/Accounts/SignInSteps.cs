using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The steps of a sign-in. After the right password either the session opens, or a short-lived cookie stores the pending sign-in until
/// the second factor is given.
/// </summary>
internal sealed class SignInSteps(
    OpenSession open, AccountSessions sessions, SignInFactors factors, DeviceCookie devices, IStringLocalizer text)
{
    private const string StaysClaim = "stays";
    private const string StampClaim = "stamp";

    /// <summary>Continues after the right password.</summary>
    /// <returns>The path of the next page.</returns>
    public async Task<string> AfterPassword(HttpContext context, SignInOutcome.Right right, bool stays, string back)
    {
        var step = new PendingSignIn(right.AccountId, right.Stamp, stays);
        if (!await factors.AreAsked(right.AccountId, context.RequestAborted))
            return await Finish(context, step, back);
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, right.AccountId.ToString()), new Claim(StampClaim, right.Stamp),
                new Claim(StaysClaim, stays.ToString()),
            ],
            IdentityConstants.TwoFactorUserIdScheme);
        await context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(identity));
        return $"/signin/code{QueryString.Create(SessionCookie.BackParameter, back)}";
    }

    /// <summary>The pending sign-in that still needs the second factor. Null if there is none.</summary>
    public static async Task<PendingSignIn?> Pending(HttpContext context)
    {
        var user = (await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme)).Principal;
        return Guid.TryParse(user?.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && user!.FindFirstValue(StampClaim) is { } stamp
            ? new PendingSignIn(id, stamp, bool.TryParse(user!.FindFirstValue(StaysClaim), out var stays) && stays)
            : null;
    }

    /// <summary>Opens a session after all required proofs.</summary>
    /// <returns>The path of the next page.</returns>
    public async Task<string> Finish(HttpContext context, PendingSignIn step, string back)
    {
        var (accountId, stamp, stays) = step;
        await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        if (context.Session() is { } old)
            await sessions.End(old.Account.Id, old.Hash, BrowserName.Caller(context, text), context.RequestAborted);
        var opened = await open.Run(
            accountId, stamp, BrowserName.Caller(context, text), stays, devices.Read(context), context.RequestAborted);
        if (opened is null)
            return AccountPaths.SignIn;
        devices.Remember(context, opened.Device);
        await context.SignInAsync(
            IdentityConstants.ApplicationScheme, SessionCookie.Principal(accountId, opened.Id),
            new AuthenticationProperties { IsPersistent = stays });
        return back;
    }

    /// <summary>Ends the session of the request.</summary>
    public async Task SignOut(HttpContext context)
    {
        if (context.Session() is { } session)
            await sessions.End(session.Account.Id, session.Hash, BrowserName.Caller(context, text), context.RequestAborted);
        await context.SignOutAsync(IdentityConstants.ApplicationScheme);
    }
}

/// <summary>A sign-in without a session yet.</summary>
/// <param name="AccountId">The account of the checked password or passkey.</param>
/// <param name="Stamp">The account's security stamp when its password was checked. Null if no password was checked.</param>
/// <param name="Stays">Whether the user asked to stay signed in.</param>
internal sealed record PendingSignIn(Guid AccountId, string? Stamp, bool Stays);

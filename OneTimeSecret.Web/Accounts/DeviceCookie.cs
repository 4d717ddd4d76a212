using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// A cookie with the accounts that have signed in with this browser. Failed sign-ins of strangers do not lock these accounts out here,
/// and their owners get no notice of a new browser. The cookie grants no access.
/// </summary>
internal sealed class DeviceCookie(IDataProtectionProvider protection, PublicOrigin origin)
{
    private const int MostAccounts = 5;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector _protector = protection.CreateProtector("device");

    private string Name => origin.CookieName("device");

    /// <summary>The accounts in the cookie. Empty if the cookie is missing or invalid.</summary>
    public IReadOnlyList<KnownDevice> Read(HttpContext context)
    {
        if (context.Request.Cookies[Name] is not { } text)
            return [];
        try
        {
            return [.. _protector.Unprotect(text).Split(' ').Select(Parse)];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>Adds an account to the cookie.</summary>
    public void Remember(HttpContext context, KnownDevice device)
    {
        var kept = Read(context).Where(other => other.AccountId != device.AccountId).Prepend(device).Take(MostAccounts);
        context.Response.Cookies.Append(
            Name, _protector.Protect(string.Join(' ', kept.Select(d => $"{d.AccountId}:{d.Id}:{d.Mark}"))),
            new CookieOptions
            {
                HttpOnly = true, Secure = origin.IsSecure || context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/",
                MaxAge = Lifetime, IsEssential = true,
            });
    }

    private static KnownDevice Parse(string text) => text.Split(':') is [var account, var id, var mark]
        ? new(Guid.Parse(account), id, mark)
        : throw new CryptographicException("The device cookie has an unknown format.");
}

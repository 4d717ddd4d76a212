using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Remembers, in the browser alone, which accounts signed in with it: strangers' failures do not lock these out, and nobody is warned
/// of a new browser. It opens nothing.
/// </summary>
internal sealed class DeviceCookie(IDataProtectionProvider protection, PublicOrigin origin)
{
    private const int MostAccounts = 5;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private readonly IDataProtector _protector = protection.CreateProtector("device");

    private string Name => origin.CookieName("device");

    /// <summary>The accounts that this browser knows; none where the cookie is missing or not ours.</summary>
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

    /// <summary>Makes the browser known to an account.</summary>
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
        : throw new CryptographicException("A device cookie of another form.");
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OneTimeSecret.Core.Accounts;
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
    /// <returns>Whether it was new to it.</returns>
    public bool Remember(HttpContext context, Guid accountId)
    {
        var known = Read(context);
        var before = known.FirstOrDefault(device => device.AccountId == accountId);
        var device = before ?? new KnownDevice(accountId, RandomNumberGenerator.GetHexString(32));
        var kept = known.Where(other => other.AccountId != accountId).Prepend(device).Take(MostAccounts);
        context.Response.Cookies.Append(
            Name, _protector.Protect(string.Join(' ', kept.Select(d => $"{d.AccountId}:{d.Id}"))),
            new CookieOptions
            {
                HttpOnly = true, Secure = origin.IsSecure || context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/",
                MaxAge = Lifetime, IsEssential = true,
            });
        return before is null;
    }

    private static KnownDevice Parse(string text) => text.Split(':') is [var account, var id] ? new(Guid.Parse(account), id)
        : throw new CryptographicException("A device cookie of another form.");
}

using OneTimeSecret.Web.Accounts;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// Carries a password that the server made to its receipt page, which shows it once. There is a redirect in between, so that a reload does
/// not create another secret. The password travels in a cookie that is encrypted for this receipt and expires after a minute. The answer
/// that shows the password deletes the cookie. The server stores nothing.
/// </summary>
internal sealed class MadePassword(PassingText texts, PublicOrigin origin)
{
    private const string Purpose = "made";

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private string Name => origin.CookieName("made");

    public void Hand(HttpContext context, string password, string metadataKey) => context.Response.Cookies.Append(
        Name, texts.Seal($"{metadataKey} {password}", Purpose), Cookie(context));

    /// <summary>The password that was made for this receipt. Null: none was made, it was shown, or it expired.</summary>
    public string? Take(HttpContext context, string metadataKey)
    {
        if (!HttpMethods.IsGet(context.Request.Method)
            || texts.Open(context.Request.Cookies[Name], Lifetime, Purpose)?.Split(' ') is not [var key, var password]
            || !string.Equals(key, metadataKey, StringComparison.Ordinal))
            return null;
        context.Response.Cookies.Delete(Name, Cookie(context));
        return password;
    }

    private CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true, Secure = origin.IsSecure || context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = "/",
        MaxAge = Lifetime, IsEssential = true,
    };
}

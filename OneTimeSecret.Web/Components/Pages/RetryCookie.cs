using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Components.Pages;

/// <summary>
/// The proof of a browser that it opened the page of a link, for <c>Secrets:RetrySeconds</c>: random text in a cookie that the browser
/// sends to this page only. The page sets it before anybody can press the button, so the browser has it even if the answer is lost.
/// </summary>
internal sealed class RetryCookie(PublicOrigin origin, RepeatReveal repeat)
{
    /// <summary>How long a person may read the page before pressing the button, and come back after that.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private string Name => origin.PathCookieName("retry");

    /// <summary>Whether pages set the cookie.</summary>
    public bool IsOn => repeat.IsOn;

    /// <summary>The proof. Null: the browser sent none.</summary>
    public RetryProof? Read(HttpContext context) => RetryProof.Parse(context.Request.Cookies[Name]);

    /// <summary>
    /// Sets the cookie for the page at <paramref name="path"/>. An existing one is kept, because its answer may be on the way.
    /// </summary>
    public void Give(HttpContext context, string path) => context.Response.Cookies.Append(
        Name, Read(context) is null ? RetryProof.NewText() : context.Request.Cookies[Name]!,
        new CookieOptions
        {
            HttpOnly = true, Secure = origin.IsSecure || context.Request.IsHttps, SameSite = SameSiteMode.Lax, Path = path,
            MaxAge = Lifetime, IsEssential = true,
        });
}

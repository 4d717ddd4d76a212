using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The browser and operating system of a request, such as "Firefox, Linux", without versions. It is only shown, never checked.
/// </summary>
internal static class BrowserName
{
    // The first match counts, because most browsers also name other browsers in their User-Agent header.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    private static readonly (string Mark, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];

    /// <summary>The client and browser of a request, for notices to an account.</summary>
    public static Caller Caller(HttpContext context, IStringLocalizer text) =>
        new(context.Client().Name) { Browser = Of(context.Request, text) };

    /// <summary>The name of the browser and its system.</summary>
    public static string Of(HttpRequest request, IStringLocalizer text)
    {
        var agent = request.Headers.UserAgent.ToString();
        var (browser, system) = (Find(Browsers, agent), Find(Systems, agent));
        return (browser, system) switch
        {
            (null, null) => text["Browser.Unknown"],
            (_, null) or (null, _) => browser ?? system!,
            _ => $"{browser}, {system}",
        };
    }

    private static string? Find((string Mark, string Name)[] known, string agent) =>
        Array.Find(known, one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}

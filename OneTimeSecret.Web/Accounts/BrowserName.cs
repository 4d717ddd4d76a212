using Microsoft.Extensions.Localization;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// A browser and its system as its owner knows them: "Firefox, Linux". No version and no model; what it does not know is no attack.
/// </summary>
internal static class BrowserName
{
    // The first that is found counts: most say that they are others besides.
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

    /// <summary>Where a request comes from, for notices to an account.</summary>
    public static Caller Caller(HttpContext context, IStringLocalizer text) =>
        new(ClientAddress.Of(context).Name) { Browser = Of(context.Request, text) };

    /// <summary>The browser of a request in words.</summary>
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

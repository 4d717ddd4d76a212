using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>The scheme and host of links: the configured address, else that of a request whose host is an allowed one.</summary>
internal sealed class PublicOrigin(IOptions<SiteOptions> site)
{
    private readonly string? _configured = site.Value.PublicOrigin();

    /// <summary>Hosts that requests may carry; the host filter refuses all others before anything else runs.</summary>
    public IList<string> AllowedHosts { get; } =
    [
        "localhost", "127.0.0.1", "[::1]",
        .. site.Value.AllowedHosts,
        .. site.Value.PublicUrl is { } url ? [new Uri(url).Host] : Array.Empty<string>(),
    ];

    /// <summary>Whether the configured address is one of TLS.</summary>
    public bool IsSecure => _configured?.StartsWith("https:", StringComparison.Ordinal) == true;

    /// <summary>
    /// A cookie's name. The prefix makes browsers insist on TLS, this very host and the whole site; without TLS it would be refused.
    /// </summary>
    public string CookieName(string name) => IsSecure ? $"__Host-{name}" : name;

    /// <summary>
    /// Whether <paramref name="origin"/>, as a browser names it, is that of this server's pages. By parts: browsers name the host in ASCII
    /// and leave the usual port out, whatever form an operator writes.
    /// </summary>
    public bool IsOwn(string? origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var one) && Uri.TryCreate(Of(request), UriKind.Absolute, out var own)
        && (one.Scheme, one.IdnHost, one.Port) == (own.Scheme, own.IdnHost, own.Port);

    /// <summary>
    /// Whether the browser says that a post comes from a page of this server. Only browsers set these two headers, never a page. Our pages
    /// send no referrer, and therefore <c>Origin: null</c>, which says nothing. Over plain HTTP to another machine a browser says no more.
    /// </summary>
    public bool IsOwnPost(HttpRequest request)
    {
        var (site, origin) = (request.Headers["Sec-Fetch-Site"], request.Headers.Origin);
        bool? bySite = site.Count == 0 ? null : site is ["same-origin"];
        bool? byOrigin = origin.Count == 0 || origin is ["null"] ? null : origin is [{ } one] && IsOwn(one, request);
        return bySite is not false && byOrigin is not false && (bySite ?? byOrigin ?? false);
    }

    /// <summary>Such as <c>https://secrets.example.com</c>, without a slash at the end.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host}";
}

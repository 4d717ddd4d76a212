using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Scheme and host of links: those of <c>Site:PublicUrl</c>, otherwise those of a request, whose host was checked. Cookies are named for
/// them.
/// </summary>
internal sealed class PublicOrigin
{
    /// <summary>The names by which a machine reaches itself.</summary>
    private static readonly string[] OwnHosts = ["localhost", "127.0.0.1", "[::1]"];

    private readonly string? _configured;
    private readonly string _ascii;
    private readonly string _cookies;
    private readonly StringSegment[] _patterns;
    private readonly StringSegment[] _homes;

    public PublicOrigin(IOptions<SiteOptions> site, KeyRing ring)
    {
        _configured = site.Value.PublicOrigin();
        _ascii = site.Value.PublicUrl is { } own ? Ascii(new Uri(own), site.Value.PublicHost()!) : "";
        _cookies = $"ots-{Convert.ToHexStringLower(ring.Hash("cookie-name", "instance").AsSpan(0, 4))}-";
        AllowedHosts =
        [
            .. OwnHosts,
            .. site.Value.AllowedHosts,
            .. site.Value.PublicUrl is { } url ? [new Uri(url).Host] : Array.Empty<string>(),
        ];
        _patterns = Patterns(AllowedHosts);
        _homes = Patterns([.. OwnHosts, site.Value.PublicHost() ?? ""]);
    }

    /// <summary>The allowed hosts: names, <c>*.example.com</c>, or <c>*</c>. <see cref="HostFilter"/> refuses others.</summary>
    public IReadOnlyList<string> AllowedHosts { get; }

    /// <summary>
    /// Whether a request may have this Host header, with or without a port. An empty one is not allowed, because links contain the host,
    /// nor one with an impossible port, which makes no link.
    /// </summary>
    public bool Allows(string header) => header.Length > 0 && HostString.MatchesAny(header, _patterns)
        && Uri.TryCreate($"{Uri.UriSchemeHttp}://{header}", UriKind.Absolute, out _);

    /// <summary>Whether <c>Site:PublicUrl</c> begins with https.</summary>
    public bool IsSecure => _configured?.StartsWith("https:", StringComparison.Ordinal) == true;

    /// <summary>
    /// The full name of a cookie, such as <c>__Host-ots-1a2b3c4d-session</c>. Browsers send the cookies of a host to all of its ports, so
    /// the name holds the product and the instance, which is eight digits that follow from the key ring. The prefix makes browsers require
    /// TLS, this exact host and the path /. Without TLS they would reject the cookie.
    /// </summary>
    public string CookieName(string name) => (IsSecure ? "__Host-" : "") + _cookies + name;

    /// <summary>
    /// The same for a cookie of one page. Its path is not /, so its prefix can only make browsers require TLS (<c>__Secure-</c>).
    /// </summary>
    public string PathCookieName(string name) => (IsSecure ? "__Secure-" : "") + _cookies + name;

    /// <summary>
    /// Whether a browser would drop the cookies of the answer without a word: they require https, and the request came over http to a
    /// second host. Browsers send <c>Sec-Fetch-Site</c> over https only, so a request with it came through a proxy that ends TLS. The names
    /// by which a machine reaches itself do not count, because proxies often pass them on instead of the host that was asked for.
    /// </summary>
    public bool LosesCookies(HttpRequest request) =>
        IsSecure && !request.IsHttps && request.Headers["Sec-Fetch-Site"].Count == 0
        && !HostString.MatchesAny(request.Headers.Host.ToString(), _homes);

    /// <summary>
    /// Whether <paramref name="origin"/>, as sent by a browser, is the origin of this server's pages. The parts are compared, because
    /// browsers send the host in ASCII and omit the default port, but the operator may write both differently.
    /// </summary>
    public bool IsOwn(string? origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var one) && Uri.TryCreate(Of(request), UriKind.Absolute, out var own)
        && (one.Scheme, one.IdnHost, one.Port) == (own.Scheme, own.IdnHost, own.Port);

    /// <summary>
    /// Whether the browser confirms that a post comes from a page of this server. Scripts cannot set these two headers. Our pages send no
    /// referrer, so their Origin is null and proves nothing. Over plain HTTP to another machine <c>Sec-Fetch-Site</c> is missing too.
    /// </summary>
    public bool IsOwnPost(HttpRequest request)
    {
        var (site, origin) = (request.Headers["Sec-Fetch-Site"], request.Headers.Origin);
        bool? bySite = site.Count == 0 ? null : site is ["same-origin"];
        bool? byOrigin = origin.Count == 0 || origin is ["null"] ? null : origin is [{ } one] && IsOwn(one, request);
        return bySite is not false && byOrigin is not false && (bySite ?? byOrigin ?? false);
    }

    /// <summary>The same page at <c>Site:PublicUrl</c>, in ASCII.</summary>
    public string AddressOf(HttpRequest request) => _ascii + request.GetEncodedPathAndQuery();

    /// <summary>The origin, such as <c>https://secrets.example.com</c>, without a trailing slash.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host}";

    /// <summary>Clients send a host in ASCII, but the operator may write it with other letters.</summary>
    private static StringSegment[] Patterns(IEnumerable<string> hosts) =>
        [.. hosts.Select(host => new StringSegment(new HostString(host).ToUriComponent()))];

    private static string Ascii(Uri address, string host) =>
        $"{address.Scheme}://{host}{(address.IsDefaultPort ? "" : FormattableString.Invariant($":{address.Port}"))}";
}

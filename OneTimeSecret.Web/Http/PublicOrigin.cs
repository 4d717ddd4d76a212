using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>Scheme and host of links: those of <c>Site:PublicUrl</c>, otherwise those of a request, whose host was checked.</summary>
internal sealed class PublicOrigin
{
    private readonly string? _configured;
    private readonly StringSegment[] _patterns;

    public PublicOrigin(IOptions<SiteOptions> site)
    {
        _configured = site.Value.PublicOrigin();
        AllowedHosts =
        [
            "localhost", "127.0.0.1", "[::1]",
            .. site.Value.AllowedHosts,
            .. site.Value.PublicUrl is { } url ? [new Uri(url).Host] : Array.Empty<string>(),
        ];
        // Clients send a host in ASCII, but the operator may write it with other letters.
        _patterns = [.. AllowedHosts.Select(host => new StringSegment(new HostString(host).ToUriComponent()))];
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
    /// A cookie's name. The prefix makes browsers require TLS, this exact host and the path /. Without TLS they would reject the cookie.
    /// </summary>
    public string CookieName(string name) => IsSecure ? $"__Host-{name}" : name;

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

    /// <summary>The origin, such as <c>https://secrets.example.com</c>, without a trailing slash.</summary>
    public string Of(HttpRequest request) => _configured ?? $"{request.Scheme}://{request.Host}";
}

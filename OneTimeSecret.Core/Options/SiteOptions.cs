using System.ComponentModel.DataAnnotations;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Options;

/// <summary>Section <c>Site</c>: the host names of the server, and the proxies in front of it.</summary>
public sealed class SiteOptions : IValidatableObject
{
    /// <summary>
    /// The address that people use, such as <c>https://secrets.example.com</c>. If set, all absolute links start with it. If not set, links
    /// use the request's host, which must be an allowed one, and no mail is sent.
    /// </summary>
    public string? PublicUrl { get; set; }

    /// <summary>Host names that requests may have, in addition to that of <see cref="PublicUrl"/>. <c>*</c> allows all.</summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted.</summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Values of <c>share_domain</c> that are accepted. Others are ignored.</summary>
    public IList<string> ShareDomains { get; } = [];

    /// <summary>
    /// Where to report vulnerabilities of this server: a <c>mailto:</c> or <c>https:</c> address, for <c>/.well-known/security.txt</c>
    /// (RFC 9116). Null: there is no such file.
    /// </summary>
    public string? SecurityContact { get; set; }

    /// <summary>Scheme, host and port of <see cref="PublicUrl"/>, without a slash at the end. Null: it is not set.</summary>
    public string? PublicOrigin() => PublicUrl is { } url ? new Uri(url).GetLeftPart(UriPartial.Authority) : null;

    /// <summary>The host of <see cref="PublicUrl"/> in ASCII. Null: it is not set.</summary>
    public string? PublicHost() =>
        PublicUrl is not null && Uri.TryCreate(PublicUrl, UriKind.Absolute, out var uri)
            ? uri.HostNameType == UriHostNameType.Dns ? uri.IdnHost : uri.Host
            : null;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicUrl is not null && !IsOrigin(PublicUrl))
            yield return new("must be an http or https address without path, such as https://secrets.example.com", [nameof(PublicUrl)]);
        if (SecurityContact is not null && !IsContact(SecurityContact))
            yield return new(
                "must begin with mailto: or https:, such as mailto:security@example.com", [nameof(SecurityContact)]);
        foreach (var mistake in NetworkSetting.Mistakes(TrustedProxies))
            yield return new(mistake, [nameof(TrustedProxies)]);
        if (PublicUrl is null && AllowedHosts.Contains("*"))
            yield return new("may hold '*' only if PublicUrl is set, or callers could choose the host of links", [nameof(AllowedHosts)]);
        foreach (var host in AllowedHosts.Where(host => host.Length == 0 || host.AsSpan().ContainsAny("/ \t")))
            yield return new($"holds '{host}', which is not a host name", [nameof(AllowedHosts)]);
    }

    private static bool IsContact(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri switch
    {
        { Scheme: "mailto" } => EmailAddress.Parse(text["mailto:".Length..]) is not null,
        { Scheme: "https", Host.Length: > 0 } => true,
        _ => false,
    };

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https")
        && uri is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };
}

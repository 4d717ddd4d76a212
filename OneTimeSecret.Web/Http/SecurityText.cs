using System.Globalization;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// <c>/.well-known/security.txt</c> (RFC 9116): where to report vulnerabilities of this server. Without <c>Site:SecurityContact</c> there
/// is no such page.
/// </summary>
internal static class SecurityText
{
    private const string Path = "/.well-known/security.txt";

    /// <summary>How long the text is valid. RFC 9116, section 2.5.5, recommends less than a year.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(180);

    public static void MapSecurityText(this WebApplication app)
    {
        var site = app.Services.GetRequiredService<IOptions<SiteOptions>>().Value;
        var time = app.Services.GetRequiredService<TimeProvider>();
        if (site.SecurityContact is not { } contact)
            return;
        app.MapMethods(
            Path, [HttpMethods.Get, HttpMethods.Head],
            () => TypedResults.Text(Write(Ascii(new Uri(contact)), site.PublicOrigin(), time.GetUtcNow())))
            .ExcludeFromDescription();
    }

    /// <summary>The contact as RFC 3986 requires it: in ASCII, also the host.</summary>
    private static string Ascii(Uri contact) => contact.HostNameType == UriHostNameType.Dns
        ? contact.AbsoluteUri.Replace(contact.Host, contact.IdnHost, StringComparison.Ordinal)
        : contact.AbsoluteUri;

    private static string Write(string contact, string? origin, DateTimeOffset now)
    {
        var expires = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero) + Lifetime; // the same for a whole day
        return $"Contact: {contact}\nExpires: {expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}\n"
            + (origin is null ? "" : $"Canonical: {origin}{Path}\n");
    }
}

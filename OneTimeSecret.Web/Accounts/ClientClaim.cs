using System.Net;
using System.Security.Claims;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Where somebody comes from, as a claim of the request's principal, which is all that a circuit keeps of the request that began it. It
/// is in no cookie.
/// </summary>
internal static class ClientClaim
{
    private const string Name = "client";

    public static ClaimsIdentity Of(HttpContext context) =>
        new(context.Connection.RemoteIpAddress is { } address ? [new Claim(Name, address.ToString())] : []);

    /// <summary>The client's address; null when it is not known.</summary>
    public static IPAddress? Read(ClaimsPrincipal principal) =>
        IPAddress.TryParse(principal.FindFirstValue(Name), out var address) ? address : null;
}

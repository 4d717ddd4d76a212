using System.Net;
using System.Security.Claims;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// The client's address as a claim of the request's principal, because a circuit keeps nothing else of the request that started it. No
/// cookie contains the claim.
/// </summary>
internal static class ClientClaim
{
    private const string Name = "client";

    public static ClaimsIdentity Of(HttpContext context) =>
        new(context.Connection.RemoteIpAddress is { } address ? [new Claim(Name, address.ToString())] : []);

    /// <summary>The client's address. Null if it is unknown.</summary>
    public static IPAddress? Read(ClaimsPrincipal principal) =>
        IPAddress.TryParse(principal.FindFirstValue(Name), out var address) ? address : null;
}

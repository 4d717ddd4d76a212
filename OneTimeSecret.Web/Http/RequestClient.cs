using OneTimeSecret.Core.Limits;

namespace OneTimeSecret.Web.Http;

/// <summary>Tells which client sent a request.</summary>
internal static class RequestClient
{
    /// <summary>The client behind a request's connection, or the one that a trusted proxy names.</summary>
    public static ClientAddress Client(this HttpContext context) => ClientAddress.Of(context.Connection.RemoteIpAddress);
}

using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Administration;

/// <summary>
/// Answers 404 for pages of administrators, unless an administrator requests them from an allowed network. The endpoint is removed from
/// the request, because policy, antiforgery and log use it, and the answer must not differ from that for an unknown path.
/// </summary>
internal sealed class AdminGate(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AdminAttribute>() is null || context.IsAdministrator())
            return next(context);
        context.SetEndpoint(null);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

internal static class Administrators
{
    /// <summary>Whether the request has an administrator's session and comes from a network where administrators may work.</summary>
    public static bool IsAdministrator(this HttpContext context) => context.Session() is { IsAdmin: true }
        && context.RequestServices.GetRequiredService<AdminNetworks>().Admit(context.Connection.RemoteIpAddress);
}

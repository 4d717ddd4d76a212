using OneTimeSecret.Web.Accounts;

namespace OneTimeSecret.Web.Administration;

/// <summary>
/// Answers for pages of administrators, to everybody who is none or comes from elsewhere, as for an address that there is not. Nothing
/// later may know better, so what the request was for is forgotten: the policy, the form's token and the log go by that.
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
    /// <summary>Whether a request comes from an administrator, who is signed in, from where administrators may work.</summary>
    public static bool IsAdministrator(this HttpContext context) => context.Session() is { IsAdmin: true }
        && context.RequestServices.GetRequiredService<AdminNetworks>().Admit(context.Connection.RemoteIpAddress);
}

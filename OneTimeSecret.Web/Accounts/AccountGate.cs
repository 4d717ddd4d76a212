using OneTimeSecret.Core.Accounts.Sessions;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// Redirects a session that may not see a page yet. An account that lacks a required second factor must add one first. Dangerous pages
/// require a recent proof of identity.
/// </summary>
internal sealed class AccountGate(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var guarded = context.GetEndpoint()?.Metadata.GetMetadata<GuardedAttribute>();
        if (guarded is null || context.Session() is not { } session)
            return next(context);
        if (session.LacksFactor && guarded is not NeedsAttribute { EvenWithoutFactor: true })
            context.Response.Redirect(AccountPaths.Security);
        else if (guarded.Proof && !session.IsFresh(time.GetUtcNow()))
            context.Response.Redirect(SessionCookie.WithBack(AccountPaths.Proof, context.Request));
        else
            return next(context);
        return Task.CompletedTask;
    }
}

/// <summary>Marks a page that is not public. Its antiforgery tokens are bound to the user.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal abstract class GuardedAttribute : Attribute
{
    /// <summary>Whether the page requires a recent proof of identity (<see cref="OpenedSession.ProofLifetime"/>).</summary>
    public bool Proof { get; init; }
}

/// <summary>Marks a page of an account. It requires a session and perhaps a second factor or a proof of identity.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsAttribute : GuardedAttribute, Microsoft.AspNetCore.Authorization.IAuthorizeData
{
    /// <summary>Whether an account that lacks its required second factor may open the page.</summary>
    public bool EvenWithoutFactor { get; init; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.Policy { get; set; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.Roles { get; set; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.AuthenticationSchemes { get; set; }
}

using OneTimeSecret.Core.Accounts.Sessions;

namespace OneTimeSecret.Web.Accounts;

/// <summary>
/// What a session may not do yet: pages of an account that lacks a second factor wait until there is one, and dangerous pages until
/// its owner has proved again who he is.
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

/// <summary>A page that is not for everybody. Its forms count for who it was shown to alone.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal abstract class GuardedAttribute : Attribute
{
    /// <summary>Whether who comes must have proved lately who he is (<see cref="OpenedSession.ProofLifetime"/>).</summary>
    public bool Proof { get; init; }
}

/// <summary>A page of an account: only who is signed in sees it, and perhaps not yet.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsAttribute : GuardedAttribute, Microsoft.AspNetCore.Authorization.IAuthorizeData
{
    /// <summary>Whether it is open to an account that lacks the second factor that it needs.</summary>
    public bool EvenWithoutFactor { get; init; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.Policy { get; set; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.Roles { get; set; }

    string? Microsoft.AspNetCore.Authorization.IAuthorizeData.AuthenticationSchemes { get; set; }
}

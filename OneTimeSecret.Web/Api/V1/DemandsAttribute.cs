using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>The preconditions of an action, which <see cref="RequestChecks"/> enforces.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DemandsAttribute(TokenScopes scope) : Attribute
{
    /// <summary>The scope that the caller's token must have.</summary>
    public TokenScopes Scope { get; } = scope;

    /// <summary>Whether anonymous callers are refused.</summary>
    public bool Account { get; init; }

    /// <summary>The rate limit that counts the action. By default that of all other requests.</summary>
    public RateLimit Limit { get; init; }
}

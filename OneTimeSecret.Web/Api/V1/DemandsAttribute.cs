using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>What an action demands of a request before it runs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class DemandsAttribute(TokenScopes scope) : Attribute
{
    /// <summary>What a token must be allowed to do.</summary>
    public TokenScopes Scope { get; } = scope;

    /// <summary>Whether anonymous callers are refused.</summary>
    public bool Account { get; init; }

    /// <summary>The limit that the action counts against.</summary>
    public RateLimit Limit { get; init; }
}

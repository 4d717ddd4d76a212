using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Web.Api.V1.Parameters;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>What <see cref="RequestChecks"/> has established about a request before its action runs.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Parameters">What was sent; null on GET and HEAD, which take nothing.</param>
internal sealed record ApiRequest(Caller Caller, RequestParameters? Parameters);

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

/// <summary>What is counted per client (contract section 7).</summary>
internal enum RateLimit
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Creates.</summary>
    Creates,

    /// <summary>Reveals.</summary>
    Reveals,
}

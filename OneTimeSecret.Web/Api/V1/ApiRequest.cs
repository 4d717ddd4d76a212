using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>What <see cref="RequestChecks"/> has established about a request before its action runs.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Parameters">What was sent; null on GET and HEAD, which take nothing.</param>
/// <param name="Origin">Scheme and host of links.</param>
internal sealed record ApiRequest(Caller Caller, RequestParameters? Parameters, string Origin);

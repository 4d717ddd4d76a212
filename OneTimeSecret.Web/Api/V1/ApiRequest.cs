using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>A request that has passed <see cref="RequestChecks"/>, as its action sees it.</summary>
/// <param name="Caller">The client and its account.</param>
/// <param name="Parameters">The parameters. Null for GET and HEAD, which take none.</param>
/// <param name="Origin">Scheme and host of links.</param>
internal sealed record ApiRequest(Caller Caller, RequestParameters? Parameters, string Origin);

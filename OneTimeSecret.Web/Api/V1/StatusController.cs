using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Whether the server answers, and whether it knows the caller.</summary>
public sealed class StatusController : V1Controller
{
    /// <summary>Says that the server works.</summary>
    [AcceptVerbs("GET", "HEAD", Route = "status"), Demands(TokenScopes.None)]
    [EndpointSummary("Is the server up?")]
    [ProducesResponseType<StatusBody>(StatusCodes.Status200OK, "application/json")]
    public IActionResult Status() => V1Answer.Ok(new StatusBody("nominal", "en"));

    /// <summary>Says the same, to callers with good credentials only.</summary>
    [AcceptVerbs("GET", "HEAD", Route = "authcheck"), Demands(TokenScopes.None, Account = true)]
    [EndpointSummary("Are these credentials good?")]
    [ProducesResponseType<StatusBody>(StatusCodes.Status200OK, "application/json")]
    public IActionResult AuthCheck() => Status();
}

/// <summary>The server's state.</summary>
public sealed record StatusBody(string Status, string Locale);

using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Reports whether the server is up and whether the caller's credentials are valid.</summary>
public sealed class StatusController : V1Controller
{
    /// <summary>Reports that the server is up.</summary>
    [AcceptVerbs("GET", "HEAD", Route = "status"), Demands(TokenScopes.None)]
    [EndpointSummary("Is the server up?")]
    [ProducesResponseType<StatusBody>(StatusCodes.Status200OK, "application/json")]
    public IActionResult Status() => V1Answer.Ok(new StatusBody("nominal", "en"));

    /// <summary>Answers as <c>status</c> does, but only if the credentials are valid.</summary>
    [AcceptVerbs("GET", "HEAD", Route = "authcheck"), Demands(TokenScopes.None, Account = true)]
    [EndpointSummary("Are these credentials good?")]
    [ProducesResponseType<StatusBody>(StatusCodes.Status200OK, "application/json")]
    public IActionResult AuthCheck() => Status();
}

/// <summary>The server's state.</summary>
public sealed record StatusBody(string Status, string Locale);

using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Api.Parameters;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>What the controllers of v1 share: the checked request, and how keys are taken.</summary>
[ServiceFilter<RequestChecks>]
[ApiExplorerSettings(IgnoreApi = false)] // without it only [ApiController] types reach the OpenAPI document
[Route("api/v1")]
public abstract class V1Controller : ControllerBase
{
    /// <summary>Shorter ones, as they came, cannot be keys, and old clients know a message of their own for them.</summary>
    private const int ShortestKey = 20;

    private protected Caller Caller => Checked.Caller;

    private protected RequestParameters Parameters => Checked.Parameters!;

    private protected string Origin => Checked.Origin;

    private ApiRequest Checked => HttpContext.Features.Get<ApiRequest>()!;

    private protected static V1Answer Unknown(string key) => key.Length < ShortestKey ? V1Answer.NotFound() : V1Answer.UnknownSecret(key);
}

using Microsoft.AspNetCore.Mvc;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Web.Api.Parameters;
using OneTimeSecret.Web.Gates;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>Base of the v1 controllers: gives access to the checked request, and answers unknown keys.</summary>
[ServiceFilter<RequestChecks>, CountsItself]
[ApiExplorerSettings(IgnoreApi = false)] // without it only [ApiController] types reach the OpenAPI document
[Route("api/v1")]
public abstract class V1Controller : ControllerBase
{
    /// <summary>In characters. A shorter text cannot be a key and gets another message, which old clients know.</summary>
    private const int ShortestKey = 20;

    private protected Caller Caller => Checked.Caller;

    private protected RequestParameters Parameters => Checked.Parameters!;

    private protected string Origin => Checked.Origin;

    private ApiRequest Checked => HttpContext.Features.Get<ApiRequest>()!;

    private protected static V1Answer Unknown(string key) => key.Length < ShortestKey ? V1Answer.NotFound() : V1Answer.UnknownSecret(key);
}

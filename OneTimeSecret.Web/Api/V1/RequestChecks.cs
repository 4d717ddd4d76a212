using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Api.Credentials;
using OneTimeSecret.Web.Api.Parameters;
using OneTimeSecret.Web.Gates;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>The checks before every action, in the order of docs/contract.md: credentials, rate limit, format of the parameters.</summary>
internal sealed class RequestChecks(
    BasicCredentials credentials, RateLimits limits, PublicOrigin origin, IOptions<SecretOptions> secrets, ILogger<RequestChecks> log)
    : IAsyncResourceFilter
{
    private const string BrokenBody = "The body broke off or was not framed as HTTP frames it.";

    private const string LacksFactor = "The account of this token must add a second factor on /account/security first.";

    private int Longest => BodyLength.OfApi(secrets.Value);

    private string TooLarge => FormattableString.Invariant($"The body must be at most {Longest} bytes long.");

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        var demands = context.ActionDescriptor.EndpointMetadata.OfType<DemandsAttribute>().Single();
        var takesSecret = context.ActionDescriptor.EndpointMetadata.OfType<TakesAttribute>()
            .Any(takes => takes.Names.Contains("secret", StringComparer.Ordinal));
        var client = http.Client();

        var read = await credentials.Read(http.Request, http.RequestAborted);
        if (read is BasicOutcome.TooMany(var wait))
        {
            context.Result = V1Answer.RateLimited(wait);
            return;
        }
        var account = (read as BasicOutcome.Valid)?.Account;
        var lacksFactor = read is BasicOutcome.LacksFactor;
        int? unauthorized = lacksFactor || (account is not null && !account.Scopes.HasFlag(demands.Scope))
            ? StatusCodes.Status403Forbidden
            : read is BasicOutcome.Refused || (account is null && demands.Account) ? StatusCodes.Status401Unauthorized
            : null;
        if (limits.Refuse(unauthorized is null ? demands.Limit : RateLimit.Requests, client, account) is { } retryAfter)
        {
            context.Result = V1Answer.RateLimited(retryAfter);
            return;
        }
        if (unauthorized is { } status)
        {
            context.Result = V1Answer.NotAuthorized(status, lacksFactor ? LacksFactor : null);
            return;
        }

        var (refusal, parameters) = await Read(http.Request, takesSecret);
        using (parameters)
        {
            http.Features.Set(new ApiRequest(new Caller(client.Name, account), parameters, origin.Of(http.Request)));
            if (refusal is null)
                await next();
            else
                context.Result = refusal;
        }
    }

    private async Task<(IActionResult? Refusal, RequestParameters? Parameters)> Read(HttpRequest request, bool takesSecret)
    {
        if (!HttpMethods.IsPost(request.Method))
            return (null, null);
        try
        {
            return await ParameterReader.ReadAsync(request, Longest, request.HttpContext.RequestAborted) switch
            {
                ParameterReading.Parsed(var parameters) => (null, parameters),
                ParameterReading.Malformed(var reason) => Refuse(reason, V1Answer.Malformed(reason)),
                // Only a secret can exceed the limit in good faith, so only calls that take a secret get its message.
                _ => Refuse(TooLarge, takesSecret ? V1Answer.TooLarge(secrets.Value.MaxBytes) : V1Answer.Malformed(TooLarge)),
            };
        }
        catch (BadHttpRequestException late) when (late.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            return Refuse(V1Answer.TooSlowReason, V1Answer.TooSlow());
        }
        catch (IOException)
        {
            // Kestrel reports a bad chunk and a body that ends too early only by exceptions.
            return Refuse(BrokenBody, V1Answer.Malformed(BrokenBody));
        }

        (IActionResult, RequestParameters?) Refuse(string reason, V1Answer answer)
        {
            log.LogInformation("Parameters were refused, request {RequestId}: {Reason}", request.HttpContext.TraceIdentifier, reason);
            return (answer, null);
        }
    }
}

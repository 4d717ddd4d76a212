using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Secrets;
using OneTimeSecret.Web.Api.Credentials;
using OneTimeSecret.Web.Api.Parameters;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Api.V1;

/// <summary>The checks before every action, in the order of docs/contract.md: credentials, rate limit, format of the parameters.</summary>
internal sealed class RequestChecks(
    BasicCredentials credentials, RateLimits limits, PublicOrigin origin, IOptions<SecretOptions> secrets, ILogger<RequestChecks> log)
    : IAsyncResourceFilter
{
    private const string BrokenBody = "The body broke off, came too slowly or was not framed as HTTP frames it.";

    /// <summary>JSON takes up to six bytes (<c>\u0041</c>) for one byte of text. 64 KiB are for other parameters and framing.</summary>
    private int BodyLimit => (secrets.Value.MaxBytes * 6) + (64 * 1024);

    private string TooLarge => FormattableString.Invariant($"The body must be at most {BodyLimit} bytes long.");

    public async Task OnResourceExecutionAsync(ResourceExecutingContext context, ResourceExecutionDelegate next)
    {
        var http = context.HttpContext;
        var demands = context.ActionDescriptor.EndpointMetadata.OfType<DemandsAttribute>().Single();
        var takesSecret = context.ActionDescriptor.EndpointMetadata.OfType<TakesAttribute>()
            .Any(takes => takes.Names.Contains("secret", StringComparer.Ordinal));
        var client = http.Client();

        var read = await credentials.Read(http.Request, http.RequestAborted);
        if (read is BasicOutcome.Refused { Wait: { } wait })
        {
            context.Result = V1Answer.RateLimited(wait);
            return;
        }
        var account = (read as BasicOutcome.Valid)?.Account;
        if (read is BasicOutcome.Refused || (account is null && demands.Account))
        {
            context.Result = V1Answer.NotAuthorized(StatusCodes.Status401Unauthorized);
            return;
        }
        if (account is not null && !account.Scopes.HasFlag(demands.Scope))
        {
            context.Result = V1Answer.NotAuthorized(StatusCodes.Status403Forbidden);
            return;
        }
        if (limits.Refuse(demands.Limit, client, account) is { } retryAfter)
        {
            context.Result = V1Answer.RateLimited(retryAfter);
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
            return await ParameterReader.ReadAsync(request, BodyLimit, request.HttpContext.RequestAborted) switch
            {
                ParameterReading.Parsed(var parameters) => (null, parameters),
                ParameterReading.Malformed(var reason) => Refuse(reason, V1Answer.Malformed(reason)),
                // Only a secret can exceed the limit in good faith, so only calls that take a secret get its message.
                _ => Refuse(TooLarge, takesSecret ? V1Answer.TooLarge(secrets.Value.MaxBytes) : V1Answer.Malformed(TooLarge)),
            };
        }
        catch (IOException)
        {
            // Kestrel reports a bad chunk, a body that ends too early and a sender that is too slow only by exceptions.
            return Refuse(BrokenBody, V1Answer.Malformed(BrokenBody));
        }

        (IActionResult, RequestParameters?) Refuse(string reason, V1Answer answer)
        {
            log.LogInformation("Parameters were refused, request {RequestId}: {Reason}", request.HttpContext.TraceIdentifier, reason);
            return (answer, null);
        }
    }
}

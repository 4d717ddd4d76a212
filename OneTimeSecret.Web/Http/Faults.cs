using Microsoft.AspNetCore.Diagnostics;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Web.Api.V1;

namespace OneTimeSecret.Web.Http;

/// <summary>What an exception means to the client: a busy server, a broken world, or a bug. Expected outcomes never come here.</summary>
internal sealed class Faults(ILogger<Faults> log) : IExceptionHandler
{
    private static readonly TimeSpan OutageRetry = TimeSpan.FromSeconds(30);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case OperationCanceledException or IOException when httpContext.RequestAborted.IsCancellationRequested:
                httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return true;
            case BadHttpRequestException:
                await V1Answer.Malformed().Write(httpContext);
                return true;
            case ServerBusyException busy:
                await V1Answer.Unavailable(busy.RetryAfter).Write(httpContext);
                return true;
            case var fault when EngineFault.Is(fault):
                log.LogError(exception, "The database could not be used, request {RequestId}", httpContext.TraceIdentifier);
                await V1Answer.Unavailable(OutageRetry).Write(httpContext);
                return true;
            default:
                log.LogError(exception, "A request failed, request {RequestId}", httpContext.TraceIdentifier);
                await V1Answer.Fault().Write(httpContext);
                return true;
        }
    }
}

using Microsoft.AspNetCore.Diagnostics;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Http;

/// <summary>Converts an exception to an answer: server busy, database unavailable, or bug. Expected outcomes do not come here.</summary>
internal sealed class Faults(Surfaces surfaces, IHostApplicationLifetime host, ILogger<Faults> log) : IExceptionHandler
{
    private static readonly TimeSpan OutageRetry = TimeSpan.FromSeconds(30);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException or IOException && IsGone(httpContext))
        {
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        var (problem, retryAfter) = Judge(exception, httpContext);
        try
        {
            await surfaces.Of(httpContext).Write(httpContext, problem, retryAfter);
        }
        catch (OperationCanceledException) when (IsGone(httpContext))
        {
            // Nobody reads the answer. The framework would log each such request as an error.
        }
        return true;
    }

    /// <summary>Whether the client has gone, or its connection was aborted because the server stops.</summary>
    private bool IsGone(HttpContext context) =>
        context.RequestAborted.IsCancellationRequested || host.ApplicationStopping.IsCancellationRequested;

    /// <summary>Classifies an exception, and logs it if the operator must act.</summary>
    public (Problem Problem, TimeSpan RetryAfter) Judge(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout }:
                return (Problem.TooSlow, default);
            case BadHttpRequestException:
                return (Problem.BadForm, default);
            case ServerBusyException busy:
                return (Problem.Busy, busy.RetryAfter);
            case var fault when EngineFault.Is(fault):
                log.LogError(exception, "The database could not be used, request {RequestId}", context.TraceIdentifier);
                return (Problem.Maintenance, OutageRetry);
            default:
                log.LogError(exception, "A request failed, request {RequestId}", context.TraceIdentifier);
                return (Problem.Fault, default);
        }
    }
}

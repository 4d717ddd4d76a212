using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics;

namespace OneTimeSecret.Web.Http;

/// <summary>Gives every request an id and a log line with the route template. The path is not logged, because it may hold keys.</summary>
internal sealed class RequestLog(RequestDelegate next, TimeProvider time, ILogger<RequestLog> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.TraceIdentifier = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var start = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            // The exception handler removes the endpoint from the request and keeps it in this feature.
            var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
            var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            log.LogInformation("{Method} {Route} {Status} in {Milliseconds} ms, request {RequestId}",
                Method(context.Request.Method), route, context.Response.StatusCode,
                (long)time.GetElapsedTime(start).TotalMilliseconds, context.TraceIdentifier);
        }
    }

    /// <summary>The method for the log. A client can send any text as method, so only known methods are logged.</summary>
    private static string Method(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? method : "(other)";
}

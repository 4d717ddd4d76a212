using System.Security.Cryptography;
using Microsoft.AspNetCore.Diagnostics;

namespace OneTimeSecret.Web.Http;

/// <summary>Gives every request an id and one line in the log: the route's template, never the path, which holds keys.</summary>
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
            // A fault takes the endpoint off the request, and keeps it here.
            var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
            var route = (endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            log.LogInformation("{Method} {Route} {Status} in {Milliseconds} ms, request {RequestId}",
                Method(context.Request.Method), route, context.Response.StatusCode,
                (long)time.GetElapsedTime(start).TotalMilliseconds, context.TraceIdentifier);
        }
    }

    /// <summary>A method is free text on the wire; only known ones are repeated.</summary>
    private static string Method(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" ? method : "(other)";
}

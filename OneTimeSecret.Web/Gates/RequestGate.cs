using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Counts every request of a client, also for unknown addresses, before anything is read for it. Static files and health endpoints are
/// free, because they cost next to nothing. Calls of the API count themselves. Forms with a limit of their own count for both.
/// </summary>
internal sealed class RequestGate(RequestDelegate next, RateLimits limits, Surfaces surfaces)
{
    public Task InvokeAsync(HttpContext context) =>
        !IsFree(context) && limits.Refuse(RateLimit.Requests, context.Client(), account: null) is { } wait
            ? surfaces.Of(context).Write(context, Problem.RateLimited, wait)
            : next(context);

    private static bool IsFree(HttpContext context) =>
        BlockGate.IsFile(context) || Health.IsProbe(context.Request)
        || context.GetEndpoint()?.Metadata.GetMetadata<CountsItselfAttribute>() is not null;
}

using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Oversight;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// Health endpoints (docs/contract.md, Pages). <c>/health/live</c> answers 200 while the program runs. <c>/health/ready</c> answers 503
/// while the database does not answer, and 200 with <c>Degraded</c> while there is little room for new secrets, the key ring must be
/// rotated or the system's clock is in doubt. Both answer every host and also blocked networks, because they tell nothing about anybody,
/// and a load balancer that gets no answer restarts a healthy server or sends it no requests.
/// </summary>
internal static class Health
{
    private const string LivePath = "/health/live";
    private const string ReadyPath = "/health/ready";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void AddHealth(this IServiceCollection services)
    {
        // The framework repeats a warning at every probe. RoomWatch and ClockWatch log each change once.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Error));
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", failureStatus: null, tags: [], Patience)
            .AddCheck<RoomHealth>("room", failureStatus: null, tags: [], Patience)
            .AddCheck<ClockHealth>("clock");
    }

    public static void MapHealth(this WebApplication app)
    {
        Map(app, LivePath, new HealthCheckOptions { Predicate = _ => false });
        Map(app, ReadyPath, new HealthCheckOptions());
    }

    /// <summary>Whether this is a request for one of the two endpoints.</summary>
    public static bool IsProbe(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Path.Value is LivePath or ReadyPath;

    /// <summary>Whether this is a request for the endpoint that reads nothing.</summary>
    public static bool IsLive(HttpRequest request) => IsProbe(request) && request.Path.Value is LivePath;

    private static void Map(WebApplication app, string path, HealthCheckOptions options) =>
        app.MapHealthChecks(path, options).WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]));

    private sealed class DatabaseHealth(CheckDatabase check, SealCounter seals) : IHealthCheck
    {
        /// <summary>The framework turns an exception into the status 503 and logs it.</summary>
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await check.Run(cancellationToken);
            return seals.IsDue ? HealthCheckResult.Degraded("Run `keys rotate`.") : HealthCheckResult.Healthy();
        }
    }

    /// <summary>Never unhealthy: a load balancer must not take away a server that still reveals and burns.</summary>
    private sealed class RoomHealth(StorageRoom room) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            (await room.Look(cancellationToken)).State == RoomState.Enough
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("There is little room for new secrets, or none.");
    }

    private sealed class ClockHealth(SteadyClock clock) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(clock.Read().State == ClockState.Agrees
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Degraded("The system's clock jumped."));
    }
}

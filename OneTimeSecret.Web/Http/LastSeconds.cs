using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OneTimeSecret.Web.Http;

/// <summary>
/// The end of a server: within five seconds of being told, because service managers and restarts wait for it. Requests that have begun
/// may end; connections that are left then are cut, whatever holds them (a slow sender, a reader who does not read). The rest of the time
/// is for what follows: writes that wait, jobs, the head of the audit trail. The framework has one limit for all of these together, which a
/// single connection would use up.
/// </summary>
internal sealed class LastSeconds : IDisposable
{
    /// <summary>How long requests that have begun may take.</summary>
    public static readonly TimeSpan OfRequests = TimeSpan.FromSeconds(2.5);

    /// <summary>How long all of it may take. What is not done then ends as in a power cut, which loses nothing acknowledged.</summary>
    public static readonly TimeSpan OfAll = TimeSpan.FromSeconds(4.5);

    private readonly CancellationTokenSource _cut;

    public LastSeconds(IHostApplicationLifetime host, TimeProvider time)
    {
        _cut = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        host.ApplicationStopping.Register(() => _cut.CancelAfter(OfRequests));
    }

    public void Dispose() => _cut.Dispose();

    /// <summary>Serves a connection until it ends, or is cut.</summary>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        await using var end = _cut.Token.Register(connection.Abort);
        await next(connection);
    }
}

internal static class LastSecondsSetup
{
    public static void AddLastSeconds(this IServiceCollection services)
    {
        services.AddSingleton<LastSeconds>();
        services.AddOptions<KestrelServerOptions>().Configure<LastSeconds>((kestrel, last) => kestrel.ConfigureEndpointDefaults(
            endpoint => endpoint.Use(next => connection => last.Serve(connection, next))));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LastSeconds.OfAll);
    }
}

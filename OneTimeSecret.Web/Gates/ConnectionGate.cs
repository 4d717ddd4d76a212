using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Gates;

/// <summary>
/// Limits the open connections, in all and of each client (docs/adr/0013). Further ones are closed before a byte is read. Connections of
/// trusted proxies and of Unix sockets carry requests of many clients, so only the limit of all connections applies to them.
/// </summary>
internal sealed class ConnectionGate(
    IOptions<LimitOptions> limits, IOptions<SiteOptions> site, TimeProvider time, ILogger<ConnectionGate> log)
{
    private static readonly Counter<long> Refused =
        Telemetry.Meter.CreateCounter<long>("ots.connections.refused", description: "Connections closed because of a limit.");

    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly Places _places = new(
        FileDescriptors.Allow(limits.Value.Connections), limits.Value.ConnectionsPerClient,
        (long)limits.Value.ConnectionsPerClient * limits.Value.NetworkFactor);

    private readonly IPNetwork[] _proxies = [.. site.Value.TrustedProxies.Select(proxy => NetworkText.Parse(proxy)!.Value)];

    private readonly Lock _logging = new();
    private long? _lastLine;

    /// <summary>Serves a connection until it ends, or closes it at once.</summary>
    public async Task Serve(ConnectionContext connection, ConnectionDelegate next)
    {
        var client = Client(connection.RemoteEndPoint);
        using var place = _places.Enter(client);
        if (place is null)
        {
            Report(client);
            connection.Abort();
            return;
        }
        await next(connection);
    }

    /// <summary>The client that a connection counts for. Null: it is from a proxy.</summary>
    private ClientAddress? Client(EndPoint? peer)
    {
        if (peer is not IPEndPoint { Address: var address })
            return null;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_proxies, proxy => proxy.Contains(plain)) ? null : ClientAddress.Of(plain);
    }

    private void Report(ClientAddress? client)
    {
        Refused.Add(1);
        lock (_logging)
        {
            if (_lastLine is { } last && time.GetElapsedTime(last) < BetweenLines)
                return;
            _lastLine = time.GetTimestamp();
        }
        log.LogWarning(
            "Connections are closed at once, now one of {Client}, because of Limits:Connections or Limits:ConnectionsPerClient. If that is "
            + "your proxy, add its address to Site:TrustedProxies",
            client?.Name ?? "a trusted proxy");
    }
}

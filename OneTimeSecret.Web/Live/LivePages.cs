using System.Net;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Live;

/// <summary>
/// Limits the open streams and circuits, because each holds a connection open and a circuit takes memory. Both have places of their own,
/// so strangers who watch receipts take none of the places of people who are signed in. Each client and network has a share of both.
/// </summary>
internal sealed class LivePages(IOptions<LimitOptions> limits)
{
    private readonly Places _streams = Of(limits.Value, limits.Value.LivePages, limits.Value.LivePagesPerClient);
    private readonly Places _circuits = Of(limits.Value, limits.Value.Circuits, limits.Value.CircuitsPerClient);
    private readonly Lock _connecting = new();
    private readonly HashSet<HttpContext> _connections = [];

    /// <summary>The number of open streams of receipts.</summary>
    public long Streams => _streams.Taken;

    /// <summary>The number of open circuits.</summary>
    public long Circuits => _circuits.Taken;

    /// <summary>Takes a place for a stream. Disposing the result frees the place. Null if a limit is reached.</summary>
    /// <param name="client">The client.</param>
    /// <param name="connection">The connection that <see cref="Cut"/> may abort.</param>
    public IDisposable? EnterStream(ClientAddress client, HttpContext connection) => Enter(_streams, client, connection);

    /// <summary>As <see cref="EnterStream"/>, for a circuit.</summary>
    public IDisposable? EnterCircuit(ClientAddress client, HttpContext connection) => Enter(_circuits, client, connection);

    /// <summary>Aborts the open connections of unwanted clients, for example after their network was blocked.</summary>
    public void Cut(Func<IPAddress, bool> isUnwanted)
    {
        List<HttpContext> unwanted;
        lock (_connecting)
            unwanted = [.. _connections.Where(open => open.Connection.RemoteIpAddress is { } address && isUnwanted(address))];
        unwanted.ForEach(connection => connection.Abort());
    }

    private static Places Of(LimitOptions limits, int all, int perClient) =>
        new(all, perClient, (long)perClient * limits.NetworkFactor);

    private Page? Enter(Places places, ClientAddress client, HttpContext connection)
    {
        if (places.Enter(client) is not { } place)
            return null;
        lock (_connecting)
            _connections.Add(connection);
        return new Page(this, place, connection);
    }

    private sealed class Page(LivePages pages, IDisposable place, HttpContext connection) : IDisposable
    {
        public void Dispose()
        {
            lock (pages._connecting)
                pages._connections.Remove(connection);
            place.Dispose();
        }
    }
}

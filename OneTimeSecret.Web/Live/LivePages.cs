using System.Net;
using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Limits;
using OneTimeSecret.Core.Options;

namespace OneTimeSecret.Web.Live;

/// <summary>
/// Limits the number of open live pages, per client and in total, because each holds a connection open. As with rate limits, an IPv6
/// client counts by its /64 and also by its /48.
/// </summary>
internal sealed class LivePages(IOptions<LimitOptions> limits)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly HashSet<HttpContext> _connections = [];
    private int _inAll;

    /// <summary>The number of open live pages.</summary>
    public int Open
    {
        get
        {
            lock (_counting)
                return _inAll;
        }
    }

    /// <summary>Takes a place. Disposing the result frees the place. Null if a limit is reached.</summary>
    /// <param name="client">The client.</param>
    /// <param name="connection">The connection that <see cref="Cut"/> may abort. Null: none.</param>
    public IDisposable? Enter(ClientAddress client, HttpContext? connection = null)
    {
        var (most, perNetwork) = (limits.Value.LivePagesPerClient, (long)limits.Value.LivePagesPerClient * limits.Value.NetworkFactor);
        lock (_counting)
        {
            if (_inAll >= limits.Value.LivePages || OpenOf(client.Name) >= most || OpenOf(client.Network) >= perNetwork)
                return null;
            Count(client, 1);
            if (connection is not null)
                _connections.Add(connection);
        }
        return new Place(this, client, connection);
    }

    /// <summary>Aborts the open connections of unwanted clients, for example after their network was blocked.</summary>
    public void Cut(Func<IPAddress, bool> isUnwanted)
    {
        List<HttpContext> unwanted;
        lock (_counting)
            unwanted = [.. _connections.Where(open => open.Connection.RemoteIpAddress is { } address && isUnwanted(address))];
        unwanted.ForEach(connection => connection.Abort());
    }

    private void Leave(ClientAddress client, HttpContext? connection)
    {
        lock (_counting)
        {
            Count(client, -1);
            if (connection is not null)
                _connections.Remove(connection);
        }
    }

    private void Count(ClientAddress client, int step)
    {
        _inAll += step;
        foreach (var name in (string?[])[client.Name, client.Network])
            if (name is not null && (_open[name] = OpenOf(name) + step) == 0)
                _open.Remove(name);
    }

    private int OpenOf(string? name) => name is null ? 0 : _open.GetValueOrDefault(name);

    private sealed class Place(LivePages pages, ClientAddress client, HttpContext? connection) : IDisposable
    {
        public void Dispose() => pages.Leave(client, connection);
    }
}

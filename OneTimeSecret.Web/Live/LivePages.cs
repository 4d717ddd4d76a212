using Microsoft.Extensions.Options;
using OneTimeSecret.Core.Options;
using OneTimeSecret.Web.Http;

namespace OneTimeSecret.Web.Live;

/// <summary>
/// How many pages are kept up to date at a time, by client and in all: each holds a connection for as long as it likes. An IPv6
/// network counts as well as each of its prefixes, as for requests.
/// </summary>
internal sealed class LivePages(IOptions<LimitOptions> limits)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<string, int> _open = new(StringComparer.Ordinal);
    private int _inAll;

    /// <summary>Pages that are open.</summary>
    public int Open
    {
        get
        {
            lock (_counting)
                return _inAll;
        }
    }

    /// <summary>Takes a place, which is free again once disposed; null when there is none.</summary>
    public IDisposable? Enter(ClientAddress client)
    {
        var (most, perNetwork) = (limits.Value.LivePagesPerClient, (long)limits.Value.LivePagesPerClient * limits.Value.NetworkFactor);
        lock (_counting)
        {
            if (_inAll >= limits.Value.LivePages || OpenOf(client.Name) >= most || OpenOf(client.Network) >= perNetwork)
                return null;
            Count(client, 1);
        }
        return new Place(this, client);
    }

    private void Leave(ClientAddress client)
    {
        lock (_counting)
            Count(client, -1);
    }

    private void Count(ClientAddress client, int step)
    {
        _inAll += step;
        foreach (var name in (string?[])[client.Name, client.Network])
            if (name is not null && (_open[name] = OpenOf(name) + step) == 0)
                _open.Remove(name);
    }

    private int OpenOf(string? name) => name is null ? 0 : _open.GetValueOrDefault(name);

    private sealed class Place(LivePages pages, ClientAddress client) : IDisposable
    {
        public void Dispose() => pages.Leave(client);
    }
}

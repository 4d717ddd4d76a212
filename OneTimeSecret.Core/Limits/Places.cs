namespace OneTimeSecret.Core.Limits;

/// <summary>
/// Limits what clients hold at the same time: connections, live pages, bytes of bodies. Each client and each network has a share
/// (docs/adr/0012).
/// </summary>
/// <remarks>
/// A network (<see cref="ClientAddress.Neighbours"/>) may hold at most as much as is free. Alone it gets up to half of the places. When
/// seven networks take what they can, each gets an eighth, and an eighth stays free for everybody else. Nothing is kept about a client
/// that holds nothing.
/// </remarks>
/// <param name="all">What all clients may hold together.</param>
/// <param name="perClient">What one client may hold.</param>
/// <param name="perNetwork">What one network may hold.</param>
public sealed class Places(long all, long perClient, long perNetwork)
{
    private readonly Lock _counting = new();
    private readonly Dictionary<string, long> _clients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _networks = new(StringComparer.Ordinal);
    private long _taken;

    /// <summary>What all clients hold.</summary>
    public long Taken
    {
        get
        {
            lock (_counting)
                return _taken;
        }
    }

    /// <summary>Takes places. Disposing the result frees them. Null: a limit would be exceeded.</summary>
    /// <param name="client">The client. Null: only the limit of all clients applies.</param>
    /// <param name="amount">How many.</param>
    public IDisposable? Enter(ClientAddress? client, long amount = 1)
    {
        var (name, network) = (client?.Name, client?.Neighbours);
        lock (_counting)
        {
            var free = all - _taken;
            if (amount > free || (name is not null && !HasShare(name, network!, amount, free - amount)))
                return null;
            Count(name, network, amount);
        }
        return new Held(this, name, network, amount);
    }

    /// <summary>A network may hold one more than is left, or a single place could never be taken.</summary>
    private bool HasShare(string name, string network, long amount, long left) =>
        _clients.GetValueOrDefault(name) + amount <= perClient
        && _networks.GetValueOrDefault(network) + amount <= Math.Min(perNetwork, left + 1);

    private void Count(string? name, string? network, long amount)
    {
        _taken += amount;
        Count(_clients, name, amount);
        Count(_networks, network, amount);
    }

    private static void Count(Dictionary<string, long> held, string? who, long amount)
    {
        if (who is not null && (held[who] = held.GetValueOrDefault(who) + amount) == 0)
            held.Remove(who);
    }

    private sealed class Held(Places places, string? name, string? network, long amount) : IDisposable
    {
        private bool _freed;

        public void Dispose()
        {
            lock (places._counting)
            {
                if (!_freed)
                    places.Count(name, network, -amount);
                _freed = true;
            }
        }
    }
}

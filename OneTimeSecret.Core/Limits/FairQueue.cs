namespace OneTimeSecret.Core.Limits;

/// <summary>
/// A bounded queue of callers that is shared fairly (docs/adr/0012). The network that used least lately is served next, so a flood from
/// one network delays that network and not the others. The clients of a network are served in turns. It is not safe for parallel use: its
/// owner holds a lock.
/// </summary>
/// <remarks>
/// A client and a network have at most their share of the places. Many networks together can still fill the queue. Then a new caller gets
/// the newest place of the network that has most places, if that network has more than the caller's own network would have. Within a
/// network the same holds for its clients. The queue keeps nothing about a client that has no caller in it. It remembers what networks used
/// (<see cref="RecentUse"/>), so its memory is bounded by its places and by the window.
/// </remarks>
/// <param name="places">Callers that may wait.</param>
/// <param name="perClient">Callers of one client that may wait, at least 1.</param>
/// <param name="perNetwork">Callers of one network that may wait, at least 1.</param>
/// <param name="window">
/// For how much use a network counts as served lately. Each turn is a use of 1, and <see cref="Charge"/> adds more.
/// </param>
internal sealed class FairQueue<T>(int places, int perClient, int perNetwork, long window)
    where T : class
{
    /// <summary>Turns of new networks, then one of those that were served before: a flood may come from ever new networks.</summary>
    private const int MostNewInARow = 4;

    /// <summary>A network that used less than this part of everything is light.</summary>
    private const int LightPart = 16;

    private readonly Dictionary<string, Network> _waiting = new(StringComparer.Ordinal);
    private readonly RecentUse _use = new(window);
    private long _turns;
    private int _newInARow;

    /// <summary>The number of waiting callers.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a caller. Returns false if there is no place for it.</summary>
    /// <param name="key">The caller's client.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="displaced">The caller that lost its place to this one. Null: none.</param>
    public bool TryAdd(QueueKey key, T caller, out T? displaced)
    {
        displaced = null;
        var known = _waiting.GetValueOrDefault(key.Network);
        var network = known ?? new Network(key.Network, _turns++);
        if (places == 0 || network.CountOf(key.Client) >= perClient)
            return false;
        if (Count >= places || network.Count >= perNetwork)
        {
            displaced = Displace(network, key.Client);
            if (displaced is null)
                return false;
            Count--;
        }
        network.Add(key.Client, caller);
        if (known is null)
            _waiting.Add(key.Network, network);
        Count++;
        return true;
    }

    /// <summary>Removes the caller whose turn it is. Null: nobody waits, or nobody of a light network.</summary>
    /// <param name="onlyLight">Whether networks that are not light have to wait.</param>
    public T? TakeNext(bool onlyLight = false) => Take(Next(network => !onlyLight || IsLight(network.Name)));

    /// <summary>The same among the networks of which one caller waits. Null: there is none.</summary>
    public T? TakeNextSingle() => Take(Next(network => network.Count == 1));

    private T? Take(Network? network)
    {
        if (network is null)
            return null;
        _newInARow = network.Use == 0 ? _newInARow + 1 : 0;
        var caller = network.TakeNext();
        network.LastTurn = _turns++;
        Leave(network);
        Charge(network.Name, 1);
        return caller;
    }

    /// <summary>Counts what a network used besides the turn itself.</summary>
    public void Charge(string network, long amount) => _use.Add(network, amount);

    /// <summary>Whether a network used little of what all networks used lately.</summary>
    public bool IsLight(string network) => _use.Of(network) <= _use.Total / LightPart;

    /// <summary>Removes a caller that gave up. Returns false if it no longer waits.</summary>
    public bool Remove(QueueKey key, T caller)
    {
        if (_waiting.GetValueOrDefault(key.Network) is not { } network || !network.Remove(key.Client, caller))
            return false;
        Leave(network);
        return true;
    }

    private void Leave(Network network)
    {
        Count--;
        if (network.Count == 0)
            _waiting.Remove(network.Name);
    }

    /// <summary>The network that used least, and among equals the one that has waited longest since its last turn.</summary>
    private Network? Next(Predicate<Network> mayGo)
    {
        Network? first = null, known = null;
        foreach (var network in _waiting.Values)
        {
            network.Use = _use.Of(network.Name);
            if (!mayGo(network))
                continue;
            if (network.IsBefore(first))
                first = network;
            if (network.Use > 0 && network.IsBefore(known))
                known = network;
        }
        return first is { Use: 0 } && _newInARow >= MostNewInARow ? known ?? first : first;
    }

    /// <summary>Removes a caller in favour of a new one of <paramref name="client"/>. Null: nobody has enough more places.</summary>
    private T? Displace(Network own, string client)
    {
        if (own.Count < perNetwork)
        {
            var largest = _waiting.Values.Aggregate(own, (a, b) => (b.Count, b.LastTurn).CompareTo((a.Count, a.LastTurn)) > 0 ? b : a);
            if (largest.Count > own.Count + 1)
                return largest.RemoveNewest(moreThan: 0);
        }
        return own.RemoveNewest(moreThan: own.CountOf(client) + 1);
    }

    /// <summary>The waiting callers of one network.</summary>
    private sealed class Network(string name, long arrival)
    {
        // In the order of their turns. The callers of a client are in the order of their arrival.
        private readonly OrderedDictionary<string, List<T>> _clients = new(StringComparer.Ordinal);

        public string Name => name;

        /// <summary>The number of its last turn, or of its arrival.</summary>
        public long LastTurn { get; set; } = arrival;

        /// <summary>What it used lately, when that was last asked.</summary>
        public long Use { get; set; }

        public int Count { get; private set; }

        public bool IsBefore(Network? other) =>
            other is null || Use < other.Use || (Use == other.Use && LastTurn < other.LastTurn);

        public int CountOf(string client) => _clients.GetValueOrDefault(client)?.Count ?? 0;

        public void Add(string client, T caller)
        {
            _clients.TryAdd(client, []);
            _clients[client].Add(caller);
            Count++;
        }

        public T TakeNext()
        {
            var (client, callers) = _clients.GetAt(0);
            _clients.RemoveAt(0);
            var caller = callers[0];
            callers.RemoveAt(0);
            if (callers.Count > 0)
                _clients.Add(client, callers);
            Count--;
            return caller;
        }

        public bool Remove(string client, T caller)
        {
            if (_clients.GetValueOrDefault(client) is not { } callers || !callers.Remove(caller))
                return false;
            if (callers.Count == 0)
                _clients.Remove(client);
            Count--;
            return true;
        }

        /// <summary>Removes the newest caller of the client that has most callers, if these are more than a number.</summary>
        public T? RemoveNewest(int moreThan)
        {
            if (_clients.Count == 0)
                return null;
            var (client, callers) = _clients.Aggregate((a, b) => b.Value.Count >= a.Value.Count ? b : a);
            if (callers.Count <= moreThan)
                return null;
            var newest = callers[^1];
            Remove(client, newest);
            return newest;
        }
    }
}

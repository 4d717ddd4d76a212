namespace OneTimeSecret.Core.Limits;

/// <summary>
/// A bounded queue of callers that is shared fairly (docs/adr/0012). Networks are served in turns, and so are the clients of a network, so
/// a flood from one network delays that network and not the others. Networks that were not served lately come first, so a newcomer does not
/// wait for each network of a flood. It is not safe for parallel use: its owner holds a lock.
/// </summary>
/// <remarks>
/// A client and a network have at most their share of the places. Many networks together can still fill the queue. Then a new caller gets
/// the newest place of the network that has most places, if that network has more than the caller's own network would have. Within a
/// network the same holds for its clients. The queue keeps nothing about a client that has no caller in it, and forgets a network without
/// callers when its turn comes or nobody waits, so its memory is bounded by its places.
/// </remarks>
/// <param name="places">Callers that may wait.</param>
/// <param name="perClient">Callers of one client that may wait, at least 1.</param>
/// <param name="perNetwork">Callers of one network that may wait, at least 1.</param>
internal sealed class FairQueue<T>(int places, int perClient, int perNetwork)
    where T : class
{
    /// <summary>Turns of new networks, then one of those that were served before: a flood may come from ever new networks.</summary>
    private const int MostNewInARow = 4;

    // Each in the order of its turns. Networks that were served stay in the second one until their next turn, even without callers.
    private readonly OrderedDictionary<string, Network> _new = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, Network> _served = new(StringComparer.Ordinal);
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
        var known = Find(key.Network);
        var network = known ?? new Network();
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
            _new.Add(key.Network, network);
        Count++;
        return true;
    }

    /// <summary>Removes the caller whose turn it is. Null: nobody waits.</summary>
    public T? TakeNext()
    {
        if (Count == 0)
            return null;
        while (_served.Count > 0 && _served.GetAt(0).Value.Count == 0)
            _served.RemoveAt(0);
        var turn = _new.Count > 0 && (_served.Count == 0 || _newInARow < MostNewInARow) ? _new : _served;
        _newInARow = turn == _new ? _newInARow + 1 : 0;
        var (name, network) = turn.GetAt(0);
        turn.RemoveAt(0);
        var caller = network.TakeNext();
        _served.Add(name, network); // its next turn comes after those of all others
        Leave();
        return caller;
    }

    /// <summary>Removes a caller that gave up. Returns false if it no longer waits.</summary>
    public bool Remove(QueueKey key, T caller)
    {
        if (Find(key.Network) is not { } network || !network.Remove(key.Client, caller))
            return false;
        if (network.Count == 0)
            _new.Remove(key.Network);
        Leave();
        return true;
    }

    private Network? Find(string name) => _new.GetValueOrDefault(name) ?? _served.GetValueOrDefault(name);

    private void Leave()
    {
        Count--;
        if (Count == 0)
            _served.Clear();
    }

    /// <summary>Removes a caller in favour of a new one of <paramref name="client"/>. Null: nobody has enough more places.</summary>
    private T? Displace(Network own, string client)
    {
        if (own.Count < perNetwork)
        {
            var largest = _new.Values.Concat(_served.Values).Aggregate((a, b) => b.Count >= a.Count ? b : a);
            if (largest.Count > own.Count + 1)
                return largest.RemoveNewest(moreThan: 0);
        }
        return own.RemoveNewest(moreThan: own.CountOf(client) + 1);
    }

    /// <summary>The waiting callers of one network.</summary>
    private sealed class Network
    {
        // In the order of their turns. The callers of a client are in the order of their arrival.
        private readonly OrderedDictionary<string, List<T>> _clients = new(StringComparer.Ordinal);

        public int Count { get; private set; }

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

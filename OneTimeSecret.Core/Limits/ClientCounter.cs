namespace OneTimeSecret.Core.Limits;

/// <summary>Counts what clients use in a window, by client and by the IPv6 /48 that contains it.</summary>
/// <param name="most">What one client may use in a window.</param>
/// <param name="networkFactor">How many times as much a network may use.</param>
/// <param name="window">The length of a window.</param>
/// <param name="time">The clock.</param>
public sealed class ClientCounter(long most, int networkFactor, TimeSpan window, TimeProvider time)
{
    private readonly WindowCounter _clients = new(most, window, time);
    private readonly WindowCounter _networks = new(most * networkFactor, window, time);

    /// <summary>
    /// Counts <paramref name="amount"/>. If a limit would then be exceeded, counts nothing and returns the time until the next window,
    /// otherwise null.
    /// </summary>
    /// <remarks>
    /// What is refused does not count for the network, so one client cannot use up the network's limit. Once a network has reached its
    /// limit, its many /64 prefixes use no more memory. When the window remembers no further clients, new ones count for their IPv4 /24 or
    /// IPv6 /48 alone.
    /// </remarks>
    public TimeSpan? Spend(ClientAddress client, long amount = 1)
    {
        if (_clients.IsFullFor(client.Name))
            return _networks.Spend(client.Neighbours, amount);
        return (client.Network is { } network ? _networks.Wait(network, amount) : null)
            ?? _clients.Spend(client.Name, amount)
            ?? (client.Network is { } counted ? _networks.Spend(counted, amount) : null);
    }

    /// <summary>Takes back what <see cref="Spend"/> counted at <paramref name="spent"/> (a timestamp of the clock).</summary>
    public void Refund(ClientAddress client, long amount, long spent)
    {
        _clients.Refund(client.Name, amount, spent);
        if ((_clients.IsFullFor(client.Name) ? client.Neighbours : client.Network) is { } network)
            _networks.Refund(network, amount, spent);
    }
}

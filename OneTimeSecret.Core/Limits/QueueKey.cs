namespace OneTimeSecret.Core.Limits;

/// <summary>By what a caller is counted in a shared queue (docs/adr/0012).</summary>
/// <param name="Client">The client's name.</param>
/// <param name="Network">Its neighbours, who share its turns. That only costs time while others of them wait.</param>
internal readonly record struct QueueKey(string Client, string Network)
{
    /// <summary>For work that no client has asked for.</summary>
    public static readonly QueueKey Server = new("", "");

    /// <summary>The key of a client.</summary>
    public static QueueKey Of(string client) => new(client, ClientAddress.Of(client).Neighbours);
}

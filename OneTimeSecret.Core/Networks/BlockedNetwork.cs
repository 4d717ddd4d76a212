namespace OneTimeSecret.Core.Networks;

/// <summary>A network whose requests are refused.</summary>
public sealed class BlockedNetwork
{
    /// <summary>
    /// The network in its normalized spelling, such as <c>203.0.113.0/24</c> or <c>2001:db8::/32</c>. A single address has the full length.
    /// </summary>
    public required string Network { get; init; }

    /// <summary>The reason that the administrator gave.</summary>
    public required string Reason { get; set; }

    /// <summary>The account that blocked it. The account may be deleted.</summary>
    public required Guid BlockedBy { get; set; }

    /// <summary>When it was blocked.</summary>
    public required DateTimeOffset Created { get; set; }

    /// <summary>When the block ends. Null: when the network is unblocked.</summary>
    public DateTimeOffset? Expires { get; set; }
}

namespace OneTimeSecret.Core.Networks;

/// <summary>A network whose requests are refused.</summary>
public sealed class BlockedNetwork
{
    /// <summary>
    /// The network in its one spelling, such as <c>203.0.113.0/24</c> or <c>2001:db8::/32</c>; a single address has its full length.
    /// </summary>
    public required string Network { get; init; }

    /// <summary>Why, as the administrator said.</summary>
    public required string Reason { get; set; }

    /// <summary>Who blocked it; the account may be gone.</summary>
    public required Guid BlockedBy { get; set; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Created { get; set; }

    /// <summary>Until when; null: until it is taken away.</summary>
    public DateTimeOffset? Expires { get; set; }
}

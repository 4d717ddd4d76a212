namespace OneTimeSecret.Core.Keys;

/// <summary>Proof that the key ring fits the database: one row for every root that stored rows may name.</summary>
public sealed class KeyCheck
{
    /// <summary>The root's id.</summary>
    public required uint RootId { get; init; }

    /// <summary>A keyed hash, sealed under that root: opens and agrees only with the right root and the right hash key.</summary>
    public required byte[] Box { get; init; }
}

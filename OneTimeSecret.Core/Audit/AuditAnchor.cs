namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Where the chain begins after its older rows were trimmed. Sealed, so that nobody else can say that rows are missing by right.
/// </summary>
public sealed class AuditAnchor
{
    /// <summary>The sequence of the last row that was trimmed.</summary>
    public required long Sequence { get; init; }

    /// <summary>The mac of that row, from which the chain goes on.</summary>
    public required byte[] Mac { get; init; }

    /// <summary>When it was trimmed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>HMAC of the other columns under a key of its own, 32 bytes.</summary>
    public required byte[] Seal { get; init; }
}

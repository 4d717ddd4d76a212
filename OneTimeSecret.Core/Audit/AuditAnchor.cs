namespace OneTimeSecret.Core.Audit;

/// <summary>
/// The point where a trimmed chain continues. Its seal needs the server's key, so nobody else can declare deleted rows as trimmed.
/// </summary>
public sealed class AuditAnchor
{
    /// <summary>The sequence of the last row that was trimmed.</summary>
    public required long Sequence { get; init; }

    /// <summary>The MAC of that row, which the MAC of the next row covers.</summary>
    public required byte[] Mac { get; init; }

    /// <summary>When the row was trimmed.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>HMAC of the other columns under a separate key, 32 bytes (docs/crypto-format.md).</summary>
    public required byte[] Seal { get; init; }
}

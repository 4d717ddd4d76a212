namespace OneTimeSecret.Core.Audit;

/// <summary>
/// One act that counts for security, as a link of a chain: each <see cref="Mac"/> covers the row and the one before it, so that no row is
/// changed, taken away, put in or moved unnoticed by who lacks the server's key (docs/adr/0010). Rows are only ever added and, by age,
/// trimmed.
/// </summary>
public sealed class AuditEvent
{
    /// <summary>Its place in the chain, from 1 on, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When it happened, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>What sort of actor did it.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>The account that did it; null for nobody in particular. Accounts may be gone.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>
    /// The client's network identity (an IPv4 address or an IPv6 /64), or the blocked network whose requests were refused; null where there
    /// is none.
    /// </summary>
    public string? Client { get; init; }

    /// <summary>
    /// What it was done to: the short id of a receipt (first characters of its lookup hash), the id of an account or a mail, a network, the
    /// name of a job or of a root: see docs/audit.md. Never a key nor a part of one.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>More about it, such as the reason that an administrator gave; null: nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>What came of it.</summary>
    public required AuditResult Result { get; init; }

    /// <summary>How many times it happened: more than 1 for a burst, such as of refused requests, that is one row.</summary>
    public required int Count { get; init; }

    /// <summary>HMAC of this row and the mac before it under the server's audit key, 32 bytes (docs/crypto-format.md).</summary>
    public required byte[] Mac { get; set; }
}

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// A security-relevant act, as a link of a chain. Each <see cref="Mac"/> covers the row and the previous row's MAC. So nobody without the
/// server's key can change, delete, insert or move a row unnoticed (docs/adr/0010). Only <see cref="AuditHead"/> shows deletions at the
/// end. Rows are only added and, by age, trimmed.
/// </summary>
public sealed class AuditEvent
{
    /// <summary>Position in the chain, from 1 on, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the act happened, to the millisecond.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>The kind of actor that did it.</summary>
    public required AuditActor Actor { get; init; }

    /// <summary>The account that did it; null: none. The account may have been deleted since.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>
    /// The client's network identity (an IPv4 address or an IPv6 /64), or the blocked network whose requests were refused. Null: none.
    /// </summary>
    public string? Client { get; init; }

    /// <summary>
    /// What the act was done to: the short id of a receipt (first characters of its lookup hash), the id of an account or a mail, a
    /// network, the name of a job or of a root of the key ring (docs/audit.md). Never a key or a part of a key.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary>More about the act, for example an administrator's reason; null: nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the act was done or refused.</summary>
    public required AuditResult Result { get; init; }

    /// <summary>How many times the act happened. More than 1: the row stands for several acts, such as a burst of refusals.</summary>
    public required int Count { get; init; }

    /// <summary>HMAC of this row and the previous row's MAC under the server's audit key, 32 bytes (docs/crypto-format.md).</summary>
    public required byte[] Mac { get; set; }
}

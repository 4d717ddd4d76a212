using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Audit;

/// <summary>Something that is to be written into the audit trail: who did what to what, from where, and what came of it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Actor">What sort of actor.</param>
/// <param name="AccountId">The account that did it.</param>
/// <param name="Client">The client's network identity.</param>
internal sealed record Act(AuditKind Kind, AuditActor Actor, Guid? AccountId, string? Client)
{
    /// <summary>What it was done to: see <see cref="AuditEvent.Subject"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>More about it, at most <see cref="LongestDetail"/> characters.</summary>
    public string? Detail { get; init; }

    /// <summary>When it happened; null: when it is written down.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>What came of it.</summary>
    public AuditResult Result { get; init; }

    /// <summary>How many times.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Characters of a detail that are kept.</summary>
    public const int LongestDetail = 500;

    /// <summary>An act of an account, or of somebody without one.</summary>
    public static Act Of(AuditKind kind, Guid? accountId, string? client) =>
        new(kind, accountId is null ? AuditActor.Anybody : AuditActor.Account, accountId, client);

    /// <summary>An act of who asks.</summary>
    public static Act Of(AuditKind kind, Caller caller) => Of(kind, caller.Account?.Id, caller.Client);

    /// <summary>An act of an account's owner.</summary>
    public static Act Of(AuditKind kind, Guid accountId, Caller by) => new(kind, AuditActor.Account, accountId, by.Client)
    {
        Subject = accountId.ToString(),
    };

    /// <summary>An act of who runs the server.</summary>
    public static Act OfOperator(AuditKind kind) => new(kind, AuditActor.Operator, null, null);

    /// <summary>An act of the server itself.</summary>
    public static Act OfServer(AuditKind kind) => new(kind, AuditActor.Server, null, null);
}

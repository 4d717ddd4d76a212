using OneTimeSecret.Core.Actors;

namespace OneTimeSecret.Core.Audit;

/// <summary>An act to record in the audit trail: who did what to what, from where, and with what result.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Actor">The kind of actor.</param>
/// <param name="AccountId">The account that did it; null: none.</param>
/// <param name="Client">The client's network identity; null: none.</param>
internal sealed record Act(AuditKind Kind, AuditActor Actor, Guid? AccountId, string? Client)
{
    /// <summary>What the act was done to: see <see cref="AuditEvent.Subject"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>More about the act. Only the first <see cref="LongestDetail"/> characters are stored.</summary>
    public string? Detail { get; init; }

    /// <summary>When the act happened. Null: the time at which the row is written.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether the act was done or refused.</summary>
    public AuditResult Result { get; init; }

    /// <summary>How many times the act happened.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Maximum number of characters of a detail that are stored.</summary>
    public const int LongestDetail = 500;

    /// <summary>An act of an account, or of a caller without an account.</summary>
    public static Act Of(AuditKind kind, Guid? accountId, string? client) =>
        new(kind, accountId is null ? AuditActor.Anybody : AuditActor.Account, accountId, client);

    /// <summary>An act of the caller.</summary>
    public static Act Of(AuditKind kind, Caller caller) => Of(kind, caller.Account?.Id, caller.Client);

    /// <summary>An act of an account's owner on that account.</summary>
    public static Act Of(AuditKind kind, Guid accountId, Caller by) => new(kind, AuditActor.Account, accountId, by.Client)
    {
        Subject = accountId.ToString(),
    };

    /// <summary>An act of the operator, through a verb of the command line.</summary>
    public static Act OfOperator(AuditKind kind) => new(kind, AuditActor.Operator, null, null);

    /// <summary>An act of the server itself.</summary>
    public static Act OfServer(AuditKind kind) => new(kind, AuditActor.Server, null, null);
}

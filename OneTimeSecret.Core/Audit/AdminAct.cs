using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Runs an act of an administrator, or the same act of the operator. One transaction checks that the caller is still an administrator, does
/// the act, and records it in the audit trail. All of it happens or nothing.
/// </summary>
public sealed class AdminAct(WriteTransaction write)
{
    /// <summary>Maximum length of the reason for an act, in characters.</summary>
    public const int MaxReason = 300;

    /// <summary>Does <paramref name="work"/> for <paramref name="admin"/>.</summary>
    /// <param name="admin">The caller.</param>
    /// <param name="kind">The kind of the row in the audit trail.</param>
    /// <param name="subject">What the act is done to: see <see cref="AuditEvent.Subject"/>.</param>
    /// <param name="detail">The reason, or the value that is set; null: nothing.</param>
    /// <param name="work">Does the act. Its statements must check their own preconditions.</param>
    /// <param name="cancellation">Has an effect only until the act begins.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was done.</exception>
    internal Task<AdminOutcome> Run(
        Caller admin, AuditKind kind, string subject, string? detail, Func<OtsDbContext, Task<AdminOutcome>> work,
        CancellationToken cancellation) => write.Run(
            async db =>
            {
                await db.Lock(RowLock.Administrators);
                if (admin.Account is not { } account || !await db.Admins.ContainsAsync(account.Id, CancellationToken.None))
                    return AdminOutcome.NotAdministrator;
                return Record(db, Act.Of(kind, admin) with { Subject = subject, Detail = detail }, await work(db));
            },
            cancellation);

    /// <summary>Does <paramref name="work"/> on an account for the operator, who runs a verb of the command line.</summary>
    /// <param name="email">The account's address.</param>
    /// <param name="kind">The kind of the row in the audit trail.</param>
    /// <param name="detail">The reason; null: nothing.</param>
    /// <param name="work">Does the act on the account with this id. Its statements must check their own preconditions.</param>
    /// <param name="cancellation">Has an effect only until the act begins.</param>
    /// <exception cref="AccountException">There is no such account.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was done.</exception>
    internal Task<AdminOutcome> RunAsOperator(
        string email, AuditKind kind, string? detail, Func<OtsDbContext, Guid, Task<AdminOutcome>> work,
        CancellationToken cancellation) => write.Run(
            async db =>
            {
                await db.Lock(RowLock.Administrators);
                var id = (await db.FindAccount(email, CancellationToken.None)).Id;
                return Record(db, Act.OfOperator(kind) with { Subject = id.ToString(), Detail = detail }, await work(db, id));
            },
            cancellation);

    private static AdminOutcome Record(OtsDbContext db, Act act, AdminOutcome outcome)
    {
        if (outcome != AdminOutcome.NotThere)
            db.Note(act with { Result = outcome == AdminOutcome.Done ? AuditResult.Done : AuditResult.Refused });
        return outcome;
    }

    /// <summary>The reason as it is stored: one line, trimmed. Null if it is blank or longer than <see cref="MaxReason"/>.</summary>
    public static string? ParseReason(string? typed)
    {
        var reason = LineText.Of(typed ?? "");
        return reason.Length is > 0 and <= MaxReason ? reason : null;
    }

    /// <summary>As <see cref="ParseReason"/>, for verbs whose callers have already checked the reason.</summary>
    /// <exception cref="ArgumentException">The reason is blank or too long.</exception>
    internal static string Reason(string typed) =>
        ParseReason(typed) ?? throw new ArgumentException($"A reason has 1 to {MaxReason} characters.", nameof(typed));

    /// <summary>The detail of an act that is in force until <paramref name="end"/>; null: without end.</summary>
    internal static string Until(string what, DateTimeOffset? end) =>
        end is { } time ? $"{what} (until {time.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'})" : what;
}

/// <summary>The outcome of an act of an administrator.</summary>
public enum AdminOutcome
{
    /// <summary>The act was done.</summary>
    Done,

    /// <summary>The object does not exist (any more), or already is as requested. Nothing was changed or recorded.</summary>
    NotThere,

    /// <summary>The act would leave no administrator. Nothing was changed.</summary>
    LastAdministrator,

    /// <summary>The caller is not an administrator (any more). Nothing was changed.</summary>
    NotAdministrator,

    /// <summary>The administrator may do this to other accounts only. Nothing was changed.</summary>
    OwnAccount,
}

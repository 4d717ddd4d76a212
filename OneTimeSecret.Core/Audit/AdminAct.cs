using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// Runs an act of an administrator. One transaction checks that the caller is still an administrator, does the act, and records it in the
/// audit trail. All of it happens or nothing.
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
                var outcome = await work(db);
                if (outcome != AdminOutcome.NotThere)
                    db.Note(Act.Of(kind, admin) with
                    {
                        Subject = subject,
                        Detail = detail,
                        Result = outcome == AdminOutcome.Done ? AuditResult.Done : AuditResult.Refused,
                    });
                return outcome;
            },
            cancellation);

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
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Audit;

/// <summary>
/// What every act of an administrator is: in one transaction the database says whether he still is one, the act is done, and it is written
/// into the audit trail. All or nothing.
/// </summary>
public sealed class AdminAct(WriteTransaction write)
{
    /// <summary>Most characters of the reason for an act.</summary>
    public const int MaxReason = 300;

    /// <summary>Does <paramref name="work"/> for <paramref name="admin"/>.</summary>
    /// <param name="admin">Who asks.</param>
    /// <param name="kind">What the audit trail calls it.</param>
    /// <param name="subject">What it is done to: see <see cref="AuditEvent.Subject"/>.</param>
    /// <param name="detail">The reason, or what was set; null: nothing.</param>
    /// <param name="work">Does it, in statements that repeat their preconditions.</param>
    /// <param name="cancellation">Counts until the act begins.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was done.</exception>
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

    /// <summary>A reason as it is kept: on one line, without blanks around it; null when it is blank or too long.</summary>
    public static string? ParseReason(string? typed)
    {
        var reason = LineText.Of(typed ?? "");
        return reason.Length is > 0 and <= MaxReason ? reason : null;
    }

    /// <summary>The same, for verbs: whoever calls them has checked it.</summary>
    /// <exception cref="ArgumentException">It is blank or too long.</exception>
    internal static string Reason(string typed) =>
        ParseReason(typed) ?? throw new ArgumentException($"A reason has 1 to {MaxReason} characters.", nameof(typed));

    /// <summary>What is written down of something that counts until <paramref name="end"/>; null: for good.</summary>
    internal static string Until(string what, DateTimeOffset? end) =>
        end is { } time ? $"{what} (until {time.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'})" : what;
}

/// <summary>What came of an act of an administrator.</summary>
public enum AdminOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>There is no such thing (any more), or it is so already.</summary>
    NotThere,

    /// <summary>Nobody would be administrator any more; nothing was changed.</summary>
    LastAdministrator,

    /// <summary>Who asked is no administrator (any more); nothing was changed.</summary>
    NotAdministrator,
}

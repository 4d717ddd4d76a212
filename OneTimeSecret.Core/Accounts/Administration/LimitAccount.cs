using System.Globalization;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Gives an account its own limits. They replace the limits of the settings and may be lower or higher.</summary>
public sealed class LimitAccount(AdminAct act)
{
    /// <summary>The highest allowed limit of creates, and of reveals.</summary>
    public const int MostRequests = 10_000_000;

    /// <summary>The highest allowed limit of mails.</summary>
    public const int MostMails = 1_000_000;

    /// <summary>Sets both limits of the account <paramref name="id"/>.</summary>
    /// <param name="id">The account.</param>
    /// <param name="requests">
    /// The limit of creates, and of reveals, in a rate limit window: 0 to <see cref="MostRequests"/>. Null: the limit of the settings.
    /// </param>
    /// <param name="mails">The limit of mails with links in a day: 0 to <see cref="MostMails"/>. Null: the limit of the settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public Task<AdminOutcome> Run(Caller admin, Guid id, int? requests, int? mails, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(requests ?? 0), (uint)MostRequests, nameof(requests));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)(mails ?? 0), (uint)MostMails, nameof(mails));
        return act.Run(
            admin, AuditKind.AccountLimited, id.ToString(), $"requests={Number(requests)} mails={Number(mails)}",
            async db =>
                await db.Users
                    .Where(a => a.Id == id && a.Deleted == null && (a.RequestLimit != requests || a.MailLimit != mails))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.RequestLimit, requests).SetProperty(a => a.MailLimit, mails)) == 1
                    ? AdminOutcome.Done
                    : AdminOutcome.NotThere,
            cancellation);
    }

    private static string Number(int? limit) => limit?.ToString(CultureInfo.InvariantCulture) ?? "default";
}

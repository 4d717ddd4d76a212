using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// A pending account has no password and an unverified address. Its owner sets the password with a link, which also verifies the address.
/// <c>PurgeAccounts</c> deletes pending accounts whose owner does not use the link in time.
/// </summary>
internal static class PendingAccount
{
    /// <summary>How long a pending account is kept after a sign-up.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>The claim type of accounts that the operator invited. They are kept as long as an invitation link works.</summary>
    public const string InvitedClaim = "invited";

    /// <summary>Makes a pending account for <paramref name="address"/>, without storing it.</summary>
    public static Account New(EmailAddress address, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserName = address.Text, NormalizedUserName = address.Key, Email = address.Text, NormalizedEmail = address.Key,
        SecurityStamp = Actors.SecurityStamp.New(),
        Created = now,
    };

    /// <summary>Whether <paramref name="account"/> is pending.</summary>
    public static bool Is(Account account) => account is { EmailConfirmed: false, PasswordHash: null };

    /// <summary>All pending accounts.</summary>
    public static IQueryable<Account> In(OtsDbContext db) =>
        db.Users.Where(a => !a.EmailConfirmed && a.PasswordHash == null && a.Deleted == null);

    /// <summary>The pending accounts whose time is over.</summary>
    public static IQueryable<Account> Late(OtsDbContext db, DateTimeOffset now)
    {
        var (late, invitedLate) = (now - Lifetime, now - AccountLinks.InvitationLifetime);
        return In(db).Where(a => a.Created <= invitedLate
            || (a.Created <= late && !db.UserClaims.Any(c => c.UserId == a.Id && c.ClaimType == InvitedClaim)));
    }

    /// <summary>Restarts the time of a pending account, because it gets a new link. Changes no account that is not pending.</summary>
    public static Task<int> Renew(OtsDbContext db, Guid id, DateTimeOffset now) =>
        In(db).Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Created, now));
}

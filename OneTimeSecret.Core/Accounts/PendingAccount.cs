using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// An account that waits for its owner: without password, its address unproved. The link that sets the password proves the address.
/// One whose owner never comes is deleted (<c>PurgeAccounts</c>).
/// </summary>
internal static class PendingAccount
{
    /// <summary>How long one is kept that somebody signed up for.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>The claim of those that the operator invited, which are kept as long as an invitation works.</summary>
    public const string InvitedClaim = "invited";

    /// <summary>A new account of <paramref name="address"/>, not stored yet.</summary>
    public static Account New(EmailAddress address, DateTimeOffset now)
    {
        var normalized = AccountLookup.Normalize(address.Text);
        return new Account
        {
            Id = Guid.CreateVersion7(now),
            UserName = address.Text, NormalizedUserName = normalized, Email = address.Text, NormalizedEmail = normalized,
            SecurityStamp = Actors.SecurityStamp.New(),
            Created = now,
        };
    }

    /// <summary>Whether <paramref name="account"/> is one.</summary>
    public static bool Is(Account account) => account is { EmailConfirmed: false, PasswordHash: null };

    /// <summary>All that there are.</summary>
    public static IQueryable<Account> In(OtsDbContext db) =>
        db.Users.Where(a => !a.EmailConfirmed && a.PasswordHash == null && a.Deleted == null);

    /// <summary>Those whose owner has had his time.</summary>
    public static IQueryable<Account> Late(OtsDbContext db, DateTimeOffset now)
    {
        var (late, invitedLate) = (now - Lifetime, now - AccountLinks.InvitationLifetime);
        return In(db).Where(a => a.Created <= invitedLate
            || (a.Created <= late && !db.UserClaims.Any(c => c.UserId == a.Id && c.ClaimType == InvitedClaim)));
    }

    /// <summary>Begins the time of a pending account anew, because a new link is on its way; leaves all others alone.</summary>
    public static Task<int> Renew(OtsDbContext db, Guid id, DateTimeOffset now) =>
        In(db).Where(a => a.Id == id).ExecuteUpdateAsync(set => set.SetProperty(a => a.Created, now));
}

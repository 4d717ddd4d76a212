using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts;

/// <summary>
/// Somebody must be administrator, always: whatever takes one away (deleting, suspending, demoting) acts on spare accounts alone, in one
/// statement under the database's write lock, so that no two at once can take each other's last.
/// </summary>
internal static class LastAdministrator
{
    /// <summary>The accounts without which somebody still is administrator: those that are none now, and all if there are others.</summary>
    public static IQueryable<Account> SpareAccounts(this OtsDbContext db) =>
        db.Users.Where(a => !db.Admins.Contains(a.Id) || db.Admins.Any(other => other != a.Id));
}

using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Actors;

/// <summary>Who is an administrator.</summary>
internal static class Administrators
{
    /// <summary>The name of their role.</summary>
    public const string Role = "Admin";

    extension(OtsDbContext db)
    {
        /// <summary>Who has the role.</summary>
        public IQueryable<IdentityUserRole<Guid>> AdminRoles => db.UserRoles
            .Where(r => db.Roles.Any(role => role.Id == r.RoleId && role.Name == Role));

        /// <summary>The ids of accounts that are administrators, and are so now: a suspended one is none.</summary>
        public IQueryable<Guid> Admins => db.AdminRoles
            .Where(r => db.Users.Any(a => a.Id == r.UserId && a.Suspended == null && a.Deleted == null))
            .Select(r => r.UserId);

        /// <summary>
        /// The accounts that may be deleted, suspended or demoted, because somebody else is an administrator without them. Whoever does
        /// that holds <see cref="RowLock.Administrators"/> and makes this the condition of the statement: without the lock, two at once
        /// could each count on the other. An account that is no administrator is always spare.
        /// </summary>
        public IQueryable<Account> SpareAccounts()
        {
            var admins = db.Admins;
            return db.Users.Where(a => !admins.Contains(a.Id) || admins.Any(other => other != a.Id));
        }
    }
}

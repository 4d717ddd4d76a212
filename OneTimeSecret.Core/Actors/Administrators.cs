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
        /// The accounts without which somebody still is administrator: those that are none now, and all if there are others. Somebody
        /// must be administrator, always: whatever takes one away (deleting, suspending, demoting) acts on spare accounts alone, in one
        /// statement under the database's write lock, so that no two at once can take each other's last.
        /// </summary>
        public IQueryable<Account> SpareAccounts()
        {
            var admins = db.Admins;
            return db.Users.Where(a => !admins.Contains(a.Id) || admins.Any(other => other != a.Id));
        }
    }
}

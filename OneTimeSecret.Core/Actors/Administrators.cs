using Microsoft.AspNetCore.Identity;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Actors;

/// <summary>Queries about administrators.</summary>
internal static class Administrators
{
    /// <summary>The name of the administrators' role.</summary>
    public const string Role = "Admin";

    extension(OtsDbContext db)
    {
        /// <summary>The assignments of the role to accounts.</summary>
        public IQueryable<IdentityUserRole<Guid>> AdminRoles => db.UserRoles
            .Where(r => db.Roles.Any(role => role.Id == r.RoleId && role.Name == Role));

        /// <summary>The ids of the active administrators, without suspended and deleted accounts.</summary>
        public IQueryable<Guid> Admins => db.AdminRoles
            .Where(r => db.Users.Any(a => a.Id == r.UserId && a.Suspended == null && a.Deleted == null))
            .Select(r => r.UserId);

        /// <summary>
        /// The accounts that may be deleted, suspended or demoted, because another administrator remains. Accounts that are not
        /// administrators are always included. The caller holds <see cref="RowLock.Administrators"/> and uses this query as the condition
        /// of its statement. Without the lock, two concurrent operations could remove the last two administrators.
        /// </summary>
        public IQueryable<Account> SpareAccounts()
        {
            var admins = db.Admins;
            return db.Users.Where(a => !admins.Contains(a.Id) || admins.Any(other => other != a.Id));
        }
    }
}

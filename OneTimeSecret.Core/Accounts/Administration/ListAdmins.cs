using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>Lists the accounts that have the administrator role, ordered by address. Includes suspended accounts.</summary>
public sealed class ListAdmins(IDbContextFactory<OtsDbContext> contexts)
{
    /// <summary>Reads the list.</summary>
    public async Task<IReadOnlyList<AccountSummary>> Run(CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var adminRoles = db.AdminRoles;
        var admins = db.Users.AsNoTracking()
            .Where(a => a.Deleted == null && adminRoles.Select(r => r.UserId).Contains(a.Id)).OrderBy(a => a.NormalizedEmail);
        return await AccountSummary.Of(db, admins).ToListAsync(cancellation);
    }
}

using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Administration;

/// <summary>An account in an administrator's list.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="Email">Its address.</param>
/// <param name="Created">When it was made.</param>
/// <param name="IsVerified">Whether its address is verified.</param>
/// <param name="IsAdmin">Whether it has the administrator role. The role has no effect while the account is suspended.</param>
/// <param name="Suspended">When it was suspended. Null: it is not suspended.</param>
/// <param name="HasFactor">Whether it has an authenticator app or a passkey.</param>
public sealed record AccountSummary(
    Guid Id, string Email, DateTimeOffset Created, bool IsVerified, bool IsAdmin, DateTimeOffset? Suspended, bool HasFactor)
{
    /// <summary>Selects summaries. <paramref name="accounts"/> must not include deleted accounts, which have no address.</summary>
    internal static IQueryable<AccountSummary> Of(OtsDbContext db, IQueryable<Account> accounts)
    {
        var adminRoles = db.AdminRoles;
        return accounts.Select(a => new AccountSummary(
            a.Id, a.Email!, a.Created, a.EmailConfirmed, adminRoles.Any(r => r.UserId == a.Id), a.Suspended,
            a.TotpKey != null || db.UserPasskeys.Any(p => p.UserId == a.Id)));
    }
}

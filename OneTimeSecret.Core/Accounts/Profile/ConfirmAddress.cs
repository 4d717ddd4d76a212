using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>Sets an account's new address, which its mailed link has verified. The old address gets a notice.</summary>
public sealed class ConfirmAddress(UserManager<Account> accounts, WriteTransaction write, PostNotice notices, TimeProvider time)
{
    /// <summary>Sets the address in the link and marks it as verified, if the token is valid.</summary>
    /// <param name="accountId">The account that the caller is signed in to. The link proves access to a mailbox, not to an account.</param>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <returns>Whether it was set: false if the link was used, has expired or is damaged, or another account has the address.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed, the link still works.</exception>
    public async Task<bool> Run(
        Guid accountId, string email, string token, Caller by, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address || await accounts.FindByIdAsync(accountId.ToString()) is not { } account
            || !await accounts.VerifyUserTokenAsync(
                account, accounts.Options.Tokens.ChangeEmailTokenProvider, UserManager<Account>.GetChangeEmailTokenPurpose(address.Text),
                token))
            return false;
        var (stamp, now, key) = (account.SecurityStamp, time.GetUtcNow(), address.Key);
        var isOther = !string.Equals(account.NormalizedEmail, key, StringComparison.Ordinal);
        var (newStamp, newVersion) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Address(key), RowLock.Account(accountId));
                // Prepared before the change, so that the notice goes to the old address.
                var notice = isOther ? await notices.Prepare(db, accountId, AccountEvent.AddressChanged, by, now) : null;
                var changed = await db.Users
                    .Where(a => a.Id == accountId && a.SecurityStamp == stamp && a.Deleted == null)
                    .Where(a => !db.Users.Any(other => other.NormalizedEmail == key && other.Id != accountId))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.Email, address.Text).SetProperty(a => a.NormalizedEmail, key)
                        .SetProperty(a => a.UserName, address.Text).SetProperty(a => a.NormalizedUserName, key)
                        .SetProperty(a => a.EmailConfirmed, true)
                        .SetProperty(a => a.SecurityStamp, newStamp).SetProperty(a => a.ConcurrencyStamp, newVersion));
                if (changed == 0)
                    return false;
                notices.Add(db, notice);
                db.Note(Act.Of(AuditKind.AddressChanged, accountId, by));
                return true;
            },
            cancellation);
    }
}

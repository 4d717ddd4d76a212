using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>Gives an account the address whose link was opened, which proves it. The old address is told.</summary>
public sealed class ConfirmAddress(UserManager<Account> accounts, WriteTransaction write, PostNotice notices, TimeProvider time)
{
    /// <summary>Takes the token of a link: the account has that address from now on, and it is proved.</summary>
    /// <param name="accountId">The account, which the caller must be signed in to: a link proves a mailbox, not an account.</param>
    /// <param name="email">The address in the link.</param>
    /// <param name="token">The token in the link.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Whether it was taken: false when the link was used, is late or damaged, or the address has become another's.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed, the link still works.</exception>
    public async Task<bool> Run(
        Guid accountId, string email, string token, Caller by, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(email) is not { } address || await accounts.FindByIdAsync(accountId.ToString()) is not { } account
            || !await accounts.VerifyUserTokenAsync(
                account, accounts.Options.Tokens.ChangeEmailTokenProvider, UserManager<Account>.GetChangeEmailTokenPurpose(address.Text),
                token))
            return false;
        var (stamp, now, normalized) = (account.SecurityStamp, time.GetUtcNow(), AccountLookup.Normalize(address.Text));
        var isOther = !string.Equals(account.NormalizedEmail, normalized, StringComparison.Ordinal);
        var (newStamp, newVersion) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Address(normalized!), RowLock.Account(accountId));
                // To the old address.
                var notice = isOther ? await notices.Prepare(db, accountId, AccountEvent.AddressChanged, by, now) : null;
                var changed = await db.Users
                    .Where(a => a.Id == accountId && a.SecurityStamp == stamp && a.Deleted == null)
                    .Where(a => !db.Users.Any(other => other.NormalizedEmail == normalized && other.Id != accountId))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.Email, address.Text).SetProperty(a => a.NormalizedEmail, normalized)
                        .SetProperty(a => a.UserName, address.Text).SetProperty(a => a.NormalizedUserName, normalized)
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

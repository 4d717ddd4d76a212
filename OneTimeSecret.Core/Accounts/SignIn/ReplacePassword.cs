using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Puts a new password in place, ends sessions and writes the notice, all or nothing. The account's security stamp is the precondition
/// and changes with it, so of two links or forms at once one wins, and every link that was given out before is worth nothing.
/// </summary>
public sealed class ReplacePassword(
    WriteTransaction write, PasswordHashes passwords, PostNotice notices, TimeProvider time)
{
    /// <summary>Sets the password.</summary>
    /// <param name="account">The account as it was read.</param>
    /// <param name="password">The new password.</param>
    /// <param name="proved">Whether this proves the account's address.</param>
    /// <param name="keep">A session that goes on; null: all end.</param>
    /// <param name="by">Where it is done from.</param>
    /// <param name="tells">Whether a notice is written to the account.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Whether it was set: false when somebody else changed the account meanwhile.</returns>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting; nothing was changed.</exception>
    internal async Task<bool> Run(
        Account account, string password, bool proved, byte[]? keep, Caller by, bool tells, CancellationToken cancellation)
    {
        var hash = await passwords.Make(account, password, cancellation);
        var (id, stamp, now) = (account.Id, account.SecurityStamp, time.GetUtcNow());
        var (newStamp, newVersion) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        // Until the address is proved, a stranger may have signed up with it: every credential that the stranger left is removed then.
        var takesAll = proved && !account.EmailConfirmed;
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Account(id));
                var changed = await db.Users
                    .Where(a => a.Id == id && a.SecurityStamp == stamp && a.Deleted == null)
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(a => a.PasswordHash, hash)
                        .SetProperty(a => a.SecurityStamp, newStamp)
                        .SetProperty(a => a.ConcurrencyStamp, newVersion)
                        .SetProperty(a => a.EmailConfirmed, a => a.EmailConfirmed || proved));
                if (changed == 0)
                    return false;
                await db.Sessions.Where(s => s.AccountId == id && s.Hash != keep).ExecuteDeleteAsync();
                if (takesAll)
                {
                    await Credentials.Remove(db, id);
                    db.Deleted();
                }
                if (tells)
                    await notices.Add(db, id, AccountEvent.PasswordChanged, by, now);
                db.Note(Act.Of(PendingAccount.Is(account) ? AuditKind.AccountAdded : AuditKind.PasswordChanged, id, by));
                return true;
            },
            cancellation);
    }
}

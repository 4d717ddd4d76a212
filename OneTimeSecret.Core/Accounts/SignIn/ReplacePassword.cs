using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.SignIn;

/// <summary>
/// Sets a new password, ends sessions and queues the notice, in one transaction. The account's security stamp is the precondition of the
/// UPDATE and changes with it (optimistic concurrency). So only one of two parallel requests wins, and all earlier links become invalid.
/// </summary>
public sealed class ReplacePassword(
    WriteTransaction write, PasswordHashes passwords, PostNotice notices, TimeProvider time)
{
    /// <summary>Sets the password.</summary>
    /// <param name="account">The account as it was read.</param>
    /// <param name="password">The new password.</param>
    /// <param name="proved">Whether this verifies the account's address, because the owner used a link that was sent to it.</param>
    /// <param name="keep">The session that stays open. Null: all end.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <param name="tells">Whether to queue a notice to the account.</param>
    /// <returns>Whether it was set: false if another request changed the account meanwhile.</returns>
    /// <exception cref="ServerBusyException">Too many hashes or writes are waiting. Nothing was changed.</exception>
    internal async Task<bool> Run(
        Account account, string password, bool proved, byte[]? keep, Caller by, bool tells, CancellationToken cancellation)
    {
        var hash = await passwords.Make(account, password, by.Client, cancellation);
        var (id, stamp, now) = (account.Id, account.SecurityStamp, time.GetUtcNow());
        var (newStamp, newVersion) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        // A stranger may have signed up with the address before its owner verified it. Verifying therefore removes all other credentials.
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

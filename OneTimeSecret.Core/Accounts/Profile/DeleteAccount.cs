using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.SignIn;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Accounts.Profile;

/// <summary>
/// Deletes an account for its owner. First, in one transaction, all goes that opens it or names him, so that from then on it is nobody's
/// and its address is free; then its secrets and receipts, in batches. What a crash leaves over, the purge job finds
/// (<see cref="PurgeAccounts"/>).
/// </summary>
public sealed class DeleteAccount(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, PurgeAccounts purge, PostNotice notices,
    TimeProvider time)
{
    /// <summary>What would go with the account of <paramref name="accountId"/> now.</summary>
    public async Task<Belongings> Look(Guid accountId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        var receipts = db.Receipts.Where(r => r.OwnerId == accountId && !r.Adopted && r.Expires > now);
        var secrets = db.Secrets;
        return new Belongings(
            await receipts.CountAsync(r => secrets.Any(s => s.ReceiptId == r.Id && s.Expires > now), cancellation),
            await receipts.CountAsync(cancellation),
            await db.ApiTokens.CountAsync(t => t.AccountId == accountId, cancellation));
    }

    /// <summary>Deletes the account.</summary>
    /// <param name="asker">Whose account it is.</param>
    /// <param name="typed">Its address as its owner typed it, so that nobody deletes by a slip.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Counts until the deletion begins; then it is carried through.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was deleted.</exception>
    public async Task<DeleteOutcome> Run(
        SignedIn asker, string typed, Caller by, CancellationToken cancellation)
    {
        if (EmailAddress.Parse(typed)?.Text is not { } address || !string.Equals(address, asker.Email, StringComparison.Ordinal))
            return new DeleteOutcome.OtherAddress();
        var outcome = await write.Run(db => Close(db, asker.Id, by, time.GetUtcNow()), cancellation);
        if (outcome is not DeleteOutcome.Deleted)
            return outcome;
        await purge.Empty(asker.Id, CancellationToken.None);
        return outcome;
    }

    private async Task<DeleteOutcome> Close(OtsDbContext db, Guid id, Caller by, DateTimeOffset now)
    {
        await db.Lock(RowLock.Administrators, RowLock.Account(id));
        var notice = await notices.Prepare(db, id, AccountEvent.AccountDeleted, by, now); // to the address that it has until now
        var (stamp, version) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        var closed = await db.SpareAccounts()
            .Where(a => a.Id == id && a.Deleted == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(a => a.Deleted, now)
                .SetProperty(a => a.UserName, (string?)null).SetProperty(a => a.NormalizedUserName, (string?)null)
                .SetProperty(a => a.Email, (string?)null).SetProperty(a => a.NormalizedEmail, (string?)null)
                .SetProperty(a => a.EmailConfirmed, false).SetProperty(a => a.PasswordHash, (string?)null)
                .SetProperty(a => a.MailWhenViewed, false).SetProperty(a => a.MailBeforeExpiry, false)
                .SetProperty(a => a.SecurityStamp, stamp).SetProperty(a => a.ConcurrencyStamp, version));
        if (closed == 0) // two forms at once: the other one has done it
            return await db.Admins.ContainsAsync(id) ? new DeleteOutcome.LastAdministrator() : new DeleteOutcome.Deleted();
        // Its mails are pointless now, but for the one that tells of this.
        await db.Outbox.Where(m => m.OwnerId == id).ExecuteDeleteAsync();
        notices.Add(db, notice);
        await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
        await Credentials.Remove(db, id);
        await db.UserRoles.Where(r => r.UserId == id).ExecuteDeleteAsync();
        await db.UserClaims.Where(c => c.UserId == id).ExecuteDeleteAsync();
        db.Note(Act.Of(AuditKind.AccountDeleted, id, by));
        db.Deleted();
        return new DeleteOutcome.Deleted();
    }
}

/// <summary>What an account has.</summary>
/// <param name="Secrets">Unread secrets.</param>
/// <param name="Receipts">Receipts, those of unread secrets among them.</param>
/// <param name="Tokens">API tokens.</param>
public sealed record Belongings(int Secrets, int Receipts, int Tokens);

/// <summary>What came of deleting an account.</summary>
public abstract record DeleteOutcome
{
    private DeleteOutcome() { }

    /// <summary>It is gone.</summary>
    public sealed record Deleted : DeleteOutcome;

    /// <summary>The address that was typed is not the account's; nothing was deleted.</summary>
    public sealed record OtherAddress : DeleteOutcome;

    /// <summary>Without this account nobody would be administrator; nothing was deleted.</summary>
    public sealed record LastAdministrator : DeleteOutcome;
}

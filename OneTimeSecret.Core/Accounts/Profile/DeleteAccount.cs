using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
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
/// Deletes an account, for its owner or the operator. First, one transaction removes everything that gives access to the account or names
/// the owner, which also frees the address. Then batches delete its secrets and receipts. After a crash, the purge job deletes the rest
/// (<see cref="PurgeAccounts"/>).
/// </summary>
public sealed class DeleteAccount(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, PurgeAccounts purge, PostNotice notices,
    TimeProvider time, ILogger<DeleteAccount> log)
{
    /// <summary>Counts what would be deleted with the account now.</summary>
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

    /// <summary>Counts what would be deleted with the account of <paramref name="email"/> now.</summary>
    /// <exception cref="AccountException">There is no such account.</exception>
    public async Task<Belongings> Look(string email, CancellationToken cancellation) =>
        await Look(await Find(email, cancellation), cancellation);

    /// <summary>Deletes the account, for its owner.</summary>
    /// <param name="asker">The account to delete.</param>
    /// <param name="typed">The account's address as the owner typed it to confirm the deletion.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <param name="cancellation">Cancels until the deletion begins. After that the deletion is completed.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was deleted.</exception>
    public async Task<DeleteOutcome> Run(
        SignedIn asker, string typed, Caller by, CancellationToken cancellation)
    {
        if (EmailAddress.ParseStored(typed)?.Text is not { } address || !string.Equals(address, asker.Email, StringComparison.Ordinal))
            return new DeleteOutcome.OtherAddress();
        return await Delete(asker.Id, by, cancellation);
    }

    /// <summary>Deletes the account of <paramref name="email"/>, for the operator.</summary>
    /// <exception cref="AccountException">There is no such account, or it is the last administrator.</exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was deleted.</exception>
    public async Task Run(string email, CancellationToken cancellation)
    {
        if (await Delete(await Find(email, cancellation), by: null, cancellation) is DeleteOutcome.LastAdministrator)
            throw AccountException.LastAdministrator(email);
    }

    private async Task<Guid> Find(string email, CancellationToken cancellation)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return (await db.FindAccount(email, cancellation)).Id;
    }

    /// <summary>Deletes an account for <paramref name="by"/>, its owner. Null: for the operator.</summary>
    private async Task<DeleteOutcome> Delete(Guid id, Caller? by, CancellationToken cancellation)
    {
        var outcome = await write.Run(db => Close(db, id, by, time.GetUtcNow()), cancellation);
        if (outcome is DeleteOutcome.Deleted)
            await Empty(id);
        return outcome;
    }

    /// <summary>Deletes what the closed account owns. A failure changes no outcome: the account is closed, and the purge goes on.</summary>
    private async Task Empty(Guid id)
    {
        try
        {
            await purge.Empty(id, CancellationToken.None);
        }
        catch (Exception fault) when (fault is ServerBusyException || EngineFault.Is(fault))
        {
            log.LogWarning(fault, "The secrets and receipts of a deleted account are not deleted yet; the purge job will delete them");
        }
    }

    private async Task<DeleteOutcome> Close(OtsDbContext db, Guid id, Caller? by, DateTimeOffset now)
    {
        await db.Lock(RowLock.Administrators, RowLock.Account(id));
        var notice = await notices.Prepare(db, id, AccountEvent.AccountDeleted, by, now); // before the address is removed
        var (stamp, version) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        var closed = await db.SpareAccounts()
            .Where(a => a.Id == id && a.Deleted == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(a => a.Deleted, now)
                .SetProperty(a => a.UserName, (string?)null).SetProperty(a => a.NormalizedUserName, (string?)null)
                .SetProperty(a => a.Email, (string?)null).SetProperty(a => a.NormalizedEmail, (string?)null)
                .SetProperty(a => a.EmailConfirmed, false).SetProperty(a => a.PasswordHash, (string?)null)
                .SetProperty(a => a.MailWhenViewed, false).SetProperty(a => a.MailBeforeExpiry, false)
                // Mails of suspended accounts wait, but the notice of the deletion must not.
                .SetProperty(a => a.Suspended, (DateTimeOffset?)null).SetProperty(a => a.SuspendedFor, (string?)null)
                .SetProperty(a => a.SecurityStamp, stamp).SetProperty(a => a.ConcurrencyStamp, version));
        if (closed == 0) // it is the last administrator, or already deleted
            return await db.Admins.ContainsAsync(id) ? new DeleteOutcome.LastAdministrator() : new DeleteOutcome.Deleted();
        // Deletes the queued mails first. The notice of the deletion is queued afterwards and stays.
        await db.Outbox.Where(m => m.OwnerId == id).ExecuteDeleteAsync();
        notices.Add(db, notice);
        await db.Sessions.Where(s => s.AccountId == id).ExecuteDeleteAsync();
        await Credentials.Remove(db, id);
        await db.UserRoles.Where(r => r.UserId == id).ExecuteDeleteAsync();
        await db.UserClaims.Where(c => c.UserId == id).ExecuteDeleteAsync();
        db.Note(by is null
            ? Act.OfOperator(AuditKind.AccountDeleted) with { Subject = id.ToString() }
            : Act.Of(AuditKind.AccountDeleted, id, by));
        db.Deleted();
        return new DeleteOutcome.Deleted();
    }
}

/// <summary>What is deleted with an account.</summary>
/// <param name="Secrets">How many unread secrets.</param>
/// <param name="Receipts">How many receipts, including those of unread secrets.</param>
/// <param name="Tokens">How many API tokens.</param>
public sealed record Belongings(int Secrets, int Receipts, int Tokens);

/// <summary>The result of deleting an account.</summary>
public abstract record DeleteOutcome
{
    private DeleteOutcome() { }

    /// <summary>The account is deleted.</summary>
    public sealed record Deleted : DeleteOutcome;

    /// <summary>The typed address is not the account's address. Nothing was deleted.</summary>
    public sealed record OtherAddress : DeleteOutcome;

    /// <summary>The account is the last administrator. Nothing was deleted.</summary>
    public sealed record LastAdministrator : DeleteOutcome;
}

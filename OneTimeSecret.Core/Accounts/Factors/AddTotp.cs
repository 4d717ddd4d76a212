using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Adds an authenticator app, or puts another in its place, with new recovery codes: all or nothing, and only once a code has shown
/// that the app has the key.
/// </summary>
public sealed class AddTotp(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, PostNotice notices, TimeProvider time)
{
    /// <summary>Stores <paramref name="key"/>, sealed, if <paramref name="code"/> is one of it now.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="key">The key, as it was shown to the owner.</param>
    /// <param name="code">As typed: blanks do not count. It is used up by this.</param>
    /// <param name="by">Where it is done from, for the notice.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting; nothing was changed.</exception>
    public async Task<AddTotpOutcome> Run(
        Guid accountId, SecretBytes key, string code, Caller by, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (Totp.Step(key, RecoveryCodes.Normalize(code), now) is not { } step)
            return new AddTotpOutcome.Wrong();
        byte[]? before;
        await using (var db = await contexts.CreateDbContextAsync(cancellation))
            before = await db.Users.Where(a => a.Id == accountId).Select(a => a.TotpKey).SingleOrDefaultAsync(cancellation);
        var box = ring.Seal(Totp.Place(accountId), key.Span);
        var codes = await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Account(accountId));
                var added = await db.Users
                    .Where(a => a.Id == accountId && a.Deleted == null && a.TotpKey == before)
                    .ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpKey, box).SetProperty(a => a.TotpStep, step));
                if (added == 0)
                    return null;
                var made = await RecoveryCodes.Replace(db, ring, accountId);
                await notices.Add(db, accountId, AccountEvent.TotpAdded, by, now);
                db.Note(Act.Of(AuditKind.TotpAdded, accountId, by));
                if (before is not null)
                    db.Deleted();
                return made;
            },
            cancellation);
        if (codes is null)
            return new AddTotpOutcome.Overtaken();
        return new AddTotpOutcome.Added(codes);
    }
}

/// <summary>What came of adding an authenticator app.</summary>
public abstract record AddTotpOutcome
{
    private AddTotpOutcome() { }

    /// <summary>It is added. The recovery codes are shown once: only keyed hashes of them are kept.</summary>
    public sealed record Added(IReadOnlyList<string> RecoveryCodes) : AddTotpOutcome;

    /// <summary>The code is none of this key now; nothing was changed.</summary>
    public sealed record Wrong : AddTotpOutcome;

    /// <summary>Somebody else added or removed one meanwhile, or the account is gone; nothing was changed.</summary>
    public sealed record Overtaken : AddTotpOutcome;
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Clocks;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Accounts.Factors;

/// <summary>
/// Adds or replaces the authenticator app of an account and makes new recovery codes, in one transaction. A correct code must first
/// prove that the app has the key.
/// </summary>
public sealed class AddTotp(
    IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, KeyRing ring, PostNotice notices,
    SystemClock clock)
{
    /// <summary>Stores <paramref name="key"/>, sealed, if <paramref name="code"/> is valid for it now.</summary>
    /// <param name="key">The key, as it was shown to the owner.</param>
    /// <param name="code">The code as typed. Blanks are ignored. The code cannot be used again.</param>
    /// <param name="by">The caller, for the notice and the audit trail.</param>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<AddTotpOutcome> Run(
        Guid accountId, SecretBytes key, string code, Caller by, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
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

/// <summary>The result of adding an authenticator app.</summary>
public abstract record AddTotpOutcome
{
    private AddTotpOutcome() { }

    /// <summary>The app is added. The recovery codes can be shown only now, because the server stores only their keyed hashes.</summary>
    public sealed record Added(IReadOnlyList<string> RecoveryCodes) : AddTotpOutcome;

    /// <summary>The code is not valid for this key now. Nothing was changed.</summary>
    public sealed record Wrong : AddTotpOutcome;

    /// <summary>Another request added or removed an app meanwhile, or the account is deleted. Nothing was changed.</summary>
    public sealed record Overtaken : AddTotpOutcome;
}

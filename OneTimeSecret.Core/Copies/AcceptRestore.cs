using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Accounts;
using OneTimeSecret.Core.Accounts.Factors;
using OneTimeSecret.Core.Accounts.Sessions;
using OneTimeSecret.Core.Accounts.Tokens;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Audit;
using OneTimeSecret.Core.Generations;
using OneTimeSecret.Core.Outbox;
using OneTimeSecret.Core.Retries;
using OneTimeSecret.Core.Statistics;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;
using static System.FormattableString;

namespace OneTimeSecret.Core.Copies;

/// <summary>
/// Makes a restored copy of the database the current one, because the operator decided so. Nobody knows what happened between the copy and
/// its restore. So whatever could work a second time is destroyed or ended: unread secrets, sessions, tokens, mailed links, recovery codes,
/// passkeys, passwords and queued mails. With <c>revive</c> all of it is kept (docs/adr/0014).
/// </summary>
/// <remarks>
/// Authenticator apps stay: a code alone opens nothing, and codes up to now are used up. Owners sign in again by a link that sets a new
/// password, which the operator can make by <c>account link</c>.
/// </remarks>
public sealed class AcceptRestore(
    WriteTransaction write, GenerationCount generations, ServerLock servers, KeyedPasswordHasher hasher, TimeProvider time)
{
    private const string WhyDropped = "An older copy of the database was restored. This mail may have been sent before.";

    /// <summary>Accepts the copy.</summary>
    /// <param name="revive">Whether to keep everything, although secrets that were revealed can then be revealed again.</param>
    /// <param name="cancellation">Has an effect only until the write begins.</param>
    /// <returns>What was ended. Null: the database is current, and nothing was changed.</returns>
    /// <exception cref="IOException">
    /// A server uses the data folder, or the generation file cannot be replaced. Nothing was changed.
    /// </exception>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<AcceptedRestore?> Run(bool revive, CancellationToken cancellation)
    {
        if (generations.Refusal is null)
            return null;
        servers.Acquire(alone: true); // a server that runs would go on with the generation that it knows
        generations.Lift();
        // The hash of a random password of no account. Hashes are bound to their account, so this one matches no password of any account.
        var nobody = new Account { Id = Guid.NewGuid() };
        var unknown = hasher.HashPassword(nobody, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        return await write.Run(
            async db =>
            {
                if (!await generations.Accept(db))
                    return null;
                db.Deleted(await db.KeptAnswers.ExecuteDeleteAsync()); // in any case: their secrets were revealed before the copy
                var ended = revive ? new AcceptedRestore() : await End(db, unknown);
                db.Note(Act.OfOperator(AuditKind.RestoreAccepted) with
                {
                    Detail = revive
                        ? "everything kept: what was revealed or ended since the copy works again"
                        : Invariant($"ended: {ended.Secrets} secrets, {ended.Sessions} sessions, {ended.Tokens} tokens, ")
                            + Invariant($"{ended.Passwords} passwords, {ended.Mails} mails"),
                });
                return ended;
            },
            cancellation);
    }

    private async Task<AcceptedRestore> End(OtsDbContext db, string unknown) => new()
    {
        Secrets = await DestroySecrets(db, time.GetUtcNow()),
        Sessions = await db.Sessions.ExecuteDeleteAsync(),
        Tokens = await db.ApiTokens.ExecuteDeleteAsync(),
        Passwords = await EndCredentials(db, unknown),
        Mails = await DropMails(db),
    };

    private static async Task<int> DestroySecrets(OtsDbContext db, DateTimeOffset now)
    {
        // Also those whose secret is not in the copy, and those that seem to have expired: the clock may be wrong just now.
        await db.Receipts.Where(r => r.State == ReceiptState.New).ExecuteUpdateAsync(set => set
            .SetProperty(r => r.State, ReceiptState.Orphaned)
            .SetProperty(r => r.Updated, now)
            .SetProperty(r => r.SealedSecretKey, (byte[]?)null)
            .SetProperty(r => r.WarnAt, (DateTimeOffset?)null));
        var counted = await Tally.Live(db, CancellationToken.None);
        var destroyed = await db.Secrets.ExecuteDeleteAsync();
        db.Count(new Tally(Secrets: -counted.Secrets, Bytes: -counted.Bytes));
        db.Deleted(destroyed);
        return destroyed;
    }

    /// <summary>A new stamp ends mailed links, half-finished sign-ins and the marks of known browsers too.</summary>
    private async Task<int> EndCredentials(OtsDbContext db, string unknown)
    {
        var (stamp, version) = (SecurityStamp.New(), Guid.NewGuid().ToString());
        await db.UserPasskeys.ExecuteDeleteAsync();
        await db.RecoveryCodes.ExecuteDeleteAsync();
        var used = Totp.Last(time.GetUtcNow());
        await db.Users.Where(a => a.TotpKey != null).ExecuteUpdateAsync(set => set.SetProperty(a => a.TotpStep, used));
        await db.Users.ExecuteUpdateAsync(set => set
            .SetProperty(a => a.SecurityStamp, stamp).SetProperty(a => a.ConcurrencyStamp, version));
        return await db.Users.Where(a => a.PasswordHash != null).ExecuteUpdateAsync(set => set.SetProperty(a => a.PasswordHash, unknown));
    }

    /// <summary>Links in them are dead, and nobody knows which of them were sent.</summary>
    private async Task<int> DropMails(OtsDbContext db)
    {
        var now = time.GetUtcNow();
        await db.Mails.Where(m => m.State == MailState.Queued).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.State, MailState.Failed).SetProperty(m => m.Updated, now).SetProperty(m => m.Reason, WhyDropped));
        var dropped = await db.Outbox.ExecuteDeleteAsync();
        db.Deleted(dropped);
        return dropped;
    }
}

/// <summary>What the acceptance of a restored copy ended. All zero: everything was kept, or there was nothing.</summary>
public sealed record AcceptedRestore
{
    /// <summary>Unread secrets that were destroyed.</summary>
    public int Secrets { get; init; }

    /// <summary>Sessions.</summary>
    public int Sessions { get; init; }

    /// <summary>API tokens.</summary>
    public int Tokens { get; init; }

    /// <summary>Accounts whose password no longer works.</summary>
    public int Passwords { get; init; }

    /// <summary>Mails that were taken out of the queue.</summary>
    public int Mails { get; init; }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Actors;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;
using OneTimeSecret.Core.Vault;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Reads what the holder of a link may know of its secret before the reveal. Changes nothing and opens no box.</summary>
public sealed class FindSecret(IDbContextFactory<OtsDbContext> contexts, PassphraseTries tries, TimeProvider time)
{
    /// <summary>The notice of the secret that <paramref name="key"/> opens; null if there is none (any more), or no key.</summary>
    public async Task<SecretNotice?> Run(SecretKey? key, Caller caller, CancellationToken cancellation)
    {
        if (key is null)
            return null;
        var notice = await Find(key.Id, cancellation);
        return notice is { HasPassphrase: true }
            ? notice with { LockedUntil = await tries.LockedUntil(key.Id, PassphraseUse.Reveal, caller.Client, cancellation) }
            : notice;
    }

    private async Task<SecretNotice?> Find(byte[] id, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Secrets
            .Where(s => s.Id == id && s.Expires > now)
            .Join(
                db.Receipts.Where(r => r.State == ReceiptState.New), s => s.ReceiptId, r => r.Id,
                (s, r) => new SecretNotice(r.HasPassphrase, s.Expires, null) { IsLookedAt = r.LookedAt != null })
            .SingleOrDefaultAsync(cancellation);
    }
}

/// <summary>What the holder of its link sees of an unread secret.</summary>
/// <param name="HasPassphrase">Whether a reveal needs a passphrase.</param>
/// <param name="Expires">When the secret expires.</param>
/// <param name="LockedUntil">
/// Until when this caller's passphrases are not tried; null: not locked. If later than <paramref name="Expires"/>, only a lift helps.
/// </param>
public sealed record SecretNotice(bool HasPassphrase, DateTimeOffset Expires, DateTimeOffset? LockedUntil)
{
    /// <summary>Whether a look at the link is recorded already (<see cref="RecordLook"/>).</summary>
    internal bool IsLookedAt { get; init; }

    /// <summary>Whether the secret was revealed to this asker, who may fetch it again until <see cref="Expires"/>.</summary>
    public bool IsRepeat { get; init; }
}

using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>What whoever holds a link may know of its secret before revealing it. Changes nothing and opens no box.</summary>
public sealed class FindSecret(IDbContextFactory<OtsDbContext> contexts, TimeProvider time)
{
    /// <summary>The notice of the secret that <paramref name="key"/> opens; null when there is none (any more), or no key.</summary>
    public async Task<SecretNotice?> Run(SecretKey? key, CancellationToken cancellation)
    {
        if (key is null)
            return null;
        var (id, now) = (key.Id, time.GetUtcNow());
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.Secrets
            .Where(s => s.Id == id && s.Expires > now)
            .Join(
                db.Receipts.Where(r => r.State == ReceiptState.New), s => s.ReceiptId, r => r.Id,
                (s, r) => new SecretNotice(r.HasPassphrase, s.Expires))
            .SingleOrDefaultAsync(cancellation);
    }
}

/// <summary>An unread secret, seen from its link.</summary>
/// <param name="HasPassphrase">Whether revealing it needs a passphrase.</param>
/// <param name="Expires">The end of its life.</param>
public sealed record SecretNotice(bool HasPassphrase, DateTimeOffset Expires);

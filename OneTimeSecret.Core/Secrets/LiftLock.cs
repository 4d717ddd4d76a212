using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Crypto;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Secrets;

/// <summary>Forgets the wrong passphrases of a secret, and with them its locks. The right of whoever holds the metadata key.</summary>
public sealed class LiftLock(WriteQueue queue, TimeProvider time)
{
    /// <summary>Lifts every lock of the secret whose receipt <paramref name="key"/> opens.</summary>
    /// <returns>Whether there was anything to lift.</returns>
    public async Task<bool> Run(MetadataKey? key, CancellationToken cancellation)
    {
        if (key is null)
            return false;
        var (id, now) = (key.Id, time.GetUtcNow());
        return await queue.Run(
            async db =>
            {
                // By its key, so that the cost is not that of everybody's tries.
                var secret = await db.Secrets.Where(s => s.ReceiptId == id && s.Expires > now).Select(s => s.Id).SingleOrDefaultAsync();
                return secret is null ? 0 : await db.Tries.Where(t => t.SecretId == secret).ExecuteDeleteAsync();
            },
            cancellation) > 0;
    }
}

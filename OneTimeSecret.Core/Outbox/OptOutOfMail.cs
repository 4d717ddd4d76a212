using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Opts an address out of mails with links, or in again, by the token that every such mail contains.</summary>
public sealed class OptOutOfMail(KeyRing ring, IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Whether the token's address has opted out. Null: this server did not issue the token.</summary>
    public async Task<bool?> Look(string token, CancellationToken cancellation)
    {
        if (OptOutToken.Parse(token, ring) is not { } recipient)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.OptOuts.AnyAsync(o => o.RecipientHash == recipient, cancellation);
    }

    /// <summary>Opts the token's address out, or in again.</summary>
    /// <param name="token">The token of the link.</param>
    /// <param name="isOut">True: the address gets no more mails with links. False: it gets them again.</param>
    /// <param name="cancellation">Counts only until the write begins.</param>
    /// <returns>True: done. False: this server did not issue the token.</returns>
    /// <exception cref="ServerBusyException">Too many writes are waiting. Nothing was changed.</exception>
    public async Task<bool> Run(string token, bool isOut, CancellationToken cancellation)
    {
        if (OptOutToken.Parse(token, ring) is not { } recipient)
            return false;
        return await write.Run(
            async db =>
            {
                await db.Lock(RowLock.Recipient(recipient));
                var optOut = await db.OptOuts.FindAsync(recipient);
                if (isOut && optOut is null)
                    db.Add(new OptOut { RecipientHash = recipient, Created = time.GetUtcNow() });
                else if (!isOut && optOut is not null)
                    db.Remove(optOut);
                return true;
            },
            cancellation);
    }
}

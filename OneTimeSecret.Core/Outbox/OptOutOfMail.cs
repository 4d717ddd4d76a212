using Microsoft.EntityFrameworkCore;
using OneTimeSecret.Core.Keys;
using OneTimeSecret.Core.Mail;
using OneTimeSecret.Core.Storage;

namespace OneTimeSecret.Core.Outbox;

/// <summary>Lets people out of mails with links, and in again, by the token that every such mail carries.</summary>
public sealed class OptOutOfMail(KeyRing ring, IDbContextFactory<OtsDbContext> contexts, WriteTransaction write, TimeProvider time)
{
    /// <summary>Whether the token's address is out; null: this server made no such token.</summary>
    public async Task<bool?> Look(string token, CancellationToken cancellation)
    {
        if (OptOutToken.Parse(token, ring) is not { } recipient)
            return null;
        await using var db = await contexts.CreateDbContextAsync(cancellation);
        return await db.OptOuts.AnyAsync(o => o.RecipientHash == recipient, cancellation);
    }

    /// <summary>Lets the token's address out, or in again.</summary>
    /// <param name="token">The token of the link.</param>
    /// <param name="isOut">Whether the address gets no more mails.</param>
    /// <param name="cancellation">Cancels while it waits.</param>
    /// <returns>Whether it was done; false: this server made no such token.</returns>
    /// <exception cref="ServerBusyException">Nothing was done.</exception>
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
